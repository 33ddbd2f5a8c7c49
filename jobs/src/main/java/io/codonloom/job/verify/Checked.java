package io.codonloom.job.verify;

import java.io.Serializable;
import java.util.List;

/**
 * What {@code verify} found in a table, or in one object of it.
 *
 * @param table its name in the workspace
 * @param objects files that were read
 * @param rows that were read
 * @param bytes of those files
 * @param problems how many there are
 * @param first the first of them
 */
public record Checked(
    String table, long objects, long rows, long bytes, long problems, List<Problem> first)
    implements Serializable {}
