package io.codonloom.encoder;

import io.codonloom.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The words of a model, numbered from 0: vocab.txt, one word a line. */
final class Vocabulary {
  private static final int MAX_WORDS = 1_000_000;

  private final String origin;
  private final List<String> words;
  private final Map<String, Integer> ids = new HashMap<>();

  private Vocabulary(String origin, List<String> words) {
    this.origin = origin;
    this.words = List.copyOf(words);
    for (String word : words) {
      if (ids.put(word, ids.size()) != null) {
        throw new UserException("%s holds the word '%s' twice".formatted(origin, word));
      }
    }
  }

  /**
   * Reads the checkpoint's vocab.txt.
   *
   * @param absent the vocabulary where there is none
   */
  static Vocabulary open(Path directory, Vocabulary absent) {
    Path file = directory.resolve("vocab.txt");
    if (!Files.exists(file)) {
      return absent;
    }
    try {
      if (Files.size(file) > 16L * MAX_WORDS) {
        throw new UserException(file + " is too large for a vocabulary");
      }
      List<String> words = Files.readString(file, StandardCharsets.UTF_8).lines().toList();
      return new Vocabulary(
          file.toString(), words.stream().map(String::strip).filter(w -> !w.isEmpty()).toList());
    } catch (IOException e) {
      throw new UserException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** The order in which the family's models were published. */
  static Vocabulary published(Family family) {
    List<String> words = new ArrayList<>();
    switch (family) {
      case NUCLEOTIDE_TRANSFORMER -> {
        words.addAll(List.of("<unk>", "<pad>", "<mask>", "<cls>", "<eos>", "<bos>"));
        words.addAll(sixMers());
        words.addAll(letters("ATCGN"));
      }
      case RNA_FM -> {
        words.addAll(List.of("<pad>", "<cls>", "<eos>", "<unk>", "<mask>", "<null>"));
        words.addAll(letters("ACGUNRYSWKMBDHVIX|.*-?"));
      }
      case ESM2 -> {
        words.addAll(List.of("<cls>", "<pad>", "<eos>", "<unk>"));
        words.addAll(letters("LAGVSERTIDPKQNFYMHWCXBUZO.-"));
        words.addAll(List.of("<null_1>", "<mask>"));
      }
    }
    return new Vocabulary("the published vocabulary of " + family.id(), words);
  }

  /** The order of the original RNA-FM package; the words filled in make their count 25. */
  static Vocabulary originalRnaFm() {
    List<String> words = new ArrayList<>(List.of("<cls>", "<pad>", "<eos>", "<unk>"));
    words.addAll(letters("ACGURYKMSWBDHVN-"));
    words.addAll(List.of("<null_1>", "<null_2>", "<null_3>", "<null_4>", "<mask>"));
    return new Vocabulary("the vocabulary of the original RNA-FM package", words);
  }

  private static List<String> sixMers() {
    List<String> words = List.of("");
    for (int i = 0; i < 6; i++) {
      words = words.stream().flatMap(word -> letters("ATCG").stream().map(word::concat)).toList();
    }
    return words;
  }

  private static List<String> letters(String letters) {
    return letters.chars().mapToObj(Character::toString).toList();
  }

  int size() {
    return words.size();
  }

  /** Where the words come from, for messages. */
  String origin() {
    return origin;
  }

  /** The number of a word, or −1. */
  int find(String word) {
    return ids.getOrDefault(word, -1);
  }

  /**
   * The number of a word.
   *
   * @throws UserException if there is none
   */
  int id(String word) {
    int id = find(word);
    if (id < 0) {
      throw new UserException("%s has no word '%s'".formatted(origin, word));
    }
    return id;
  }

  /** All words, in the order of their numbers. */
  List<String> words() {
    return words;
  }
}
