package io.codonloom.sequence;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where in a transcript its coding sequence is, counted in nucleotides from 1 without white space.
 *
 * @param start of its first nucleotide
 * @param end of its last one, which belongs to it
 */
public record CodingRange(int start, int end) {
  /** One that lies in no transcript. */
  private static final CodingRange NONE = new CodingRange(0, 0);

  /** Also {@code 61.0}, as programs write whole numbers of a column with gaps. */
  private static final Pattern NUMBER = Pattern.compile("\\s*(\\d{1,9})(?:\\.0*)?\\s*");

  private static final Pattern IN_HEADER =
      Pattern.compile("\\bCDS[:=]\\s*(\\d+)(?:-|\\.\\.)(\\d+)\\b", Pattern.CASE_INSENSITIVE);

  /** By the texts of its ends; where one is no number, a range that lies in no transcript. */
  public static CodingRange of(String start, String end) {
    Matcher first = NUMBER.matcher(start == null ? "" : start);
    Matcher last = NUMBER.matcher(end == null ? "" : end);
    return first.matches() && last.matches()
        ? new CodingRange(Integer.parseInt(first.group(1)), Integer.parseInt(last.group(1)))
        : NONE;
  }

  /**
   * The texts of the ends in a FASTA header that holds {@code CDS:61-1041} or {@code CDS=61-1041},
   * in any case; two nulls where it does not.
   */
  public static String[] inHeader(String header) {
    Matcher found = IN_HEADER.matcher(header);
    return found.find() ? new String[] {found.group(1), found.group(2)} : new String[] {null, null};
  }

  boolean isWithin(int length) {
    return 1 <= start && start <= end && end <= length;
  }

  String of(String transcript) {
    return transcript.substring(start - 1, end);
  }
}
