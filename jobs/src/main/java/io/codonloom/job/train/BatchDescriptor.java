package io.codonloom.job.train;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/**
 * A batch by name: what is sent to a worker in place of data. Written as a URI because
 * Deeplearning4j looks up a file system for it.
 *
 * @param epoch counted from 1; 0 for evaluation
 * @param number of the batch in its epoch, from 1
 * @param rows of the data set
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record BatchDescriptor(int epoch, int number, int[] rows) {

  /** The descriptor in the folder of its run. */
  String in(String folder) {
    String list = Arrays.stream(rows).mapToObj(String::valueOf).collect(Collectors.joining(","));
    return new Path(folder).toUri() + "?epoch=" + epoch + "&batch=" + number + "&rows=" + list;
  }

  static BatchDescriptor parse(String text) {
    String[] fields = text.substring(text.lastIndexOf('?') + 1).split("&", -1);
    int[] rows =
        Arrays.stream(value(fields[2]).split(",", -1)).mapToInt(Integer::parseInt).toArray();
    return new BatchDescriptor(
        Integer.parseInt(value(fields[0])), Integer.parseInt(value(fields[1])), rows);
  }

  private static String value(String field) {
    return field.substring(field.indexOf('=') + 1);
  }
}
