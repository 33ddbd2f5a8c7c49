/** Metrics of a network's predictions, and their bootstrap intervals. */
package io.codonloom.metric;
