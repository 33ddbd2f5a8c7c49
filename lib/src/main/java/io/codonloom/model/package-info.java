/**
 * A trained model: its file, how rows become what its network reads, and what it says of them.
 * {@link io.codonloom.model.Predictor} needs nothing else.
 */
package io.codonloom.model;
