/**
 * From tokens to codons: one formula for every tokenizer, the codon matrix of one encoder input,
 * and its bytes.
 */
package io.codonloom.embedding;
