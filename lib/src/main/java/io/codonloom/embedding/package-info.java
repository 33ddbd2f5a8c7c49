/** The codon matrix of one encoder input, and its bytes. */
package io.codonloom.embedding;
