package io.codonloom.job.predict;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Coding sequences of a few proteins, each written with other synonymous codons. */
final class VariantLibrary {
  private static final Map<Character, List<String>> CODONS =
      Map.of(
          'A', List.of("GCT", "GCC", "GCA", "GCG"),
          'G', List.of("GGT", "GGC", "GGA", "GGG"),
          'L', List.of("TTA", "TTG", "CTT", "CTC", "CTA", "CTG"),
          'R', List.of("CGT", "CGC", "CGA", "CGG", "AGA", "AGG"),
          'S', List.of("TCT", "TCC", "TCA", "TCG", "AGT", "AGC"),
          'V', List.of("GTT", "GTC", "GTA", "GTG"));
  private static final String RESIDUES = "AGLRSV";

  private VariantLibrary() {}

  /** Variants of proteins in turn, with start and stop. */
  static List<String> variants(int proteins, int variants, int codons, long seed) {
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    for (int p = 0; p < proteins; p++) {
      StringBuilder protein = new StringBuilder();
      for (int i = 0; i < codons; i++) {
        protein.append(RESIDUES.charAt(random.nextInt(RESIDUES.length())));
      }
      texts.add(protein.toString());
    }
    List<String> sequences = new ArrayList<>();
    for (int v = 0; v < variants; v++) {
      StringBuilder sequence = new StringBuilder("ATG");
      for (char residue : texts.get(v % proteins).toCharArray()) {
        List<String> codes = CODONS.get(residue);
        sequence.append(codes.get(random.nextInt(codes.size())));
      }
      sequences.add(sequence + "TAA");
    }
    return sequences;
  }

  /** As CSV with the ids v0, v1, … */
  static Path write(Path file, List<String> sequences) {
    try (Writer out = Files.newBufferedWriter(file)) {
      out.write("id,sequence\n");
      for (int i = 0; i < sequences.size(); i++) {
        out.write("v" + i + "," + sequences.get(i) + "\n");
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
