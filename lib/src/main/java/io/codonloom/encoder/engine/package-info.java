/** Which engine an encoder runs in, and how its precisions compare. */
package io.codonloom.encoder.engine;
