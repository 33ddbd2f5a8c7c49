/** The arithmetic of the layers on plain arrays: matrix products, attention rows, maxima. */
package io.codonloom.fusion.kernel;
