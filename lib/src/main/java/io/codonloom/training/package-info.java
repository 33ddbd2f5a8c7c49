/**
 * What a training needs beside the network: batches, label scaling, schedules, scores with their
 * bootstrap intervals, and the model file. Knows nothing of where rows come from.
 */
package io.codonloom.training;
