/** From tokens to codons: one formula for every tokenizer. */
package io.codonloom.alignment;
