package dev.framepack.kernels.conformance;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How far float32 results are from the reference. */
final class Errors {
  private static final int SHORTEST_ROW = 16;

  private Errors() {}

  /** Index of the first element that is NaN or infinite in one and not equally so in the other. */
  static int firstSpecialMismatch(float[] expected, float[] found) {
    for (int i = 0; i < expected.length; i++) {
      boolean finite = Float.isFinite(expected[i]) && Float.isFinite(found[i]);
      if (!finite && Float.compare(expected[i], found[i]) != 0) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Largest relative L2 error of any row; rows shorter than 16 are taken together. A row of zeros
   * must be met exactly up to {@link Float#MIN_NORMAL}.
   */
  static double worstRow(float[] expected, float[] found, long rowLength) {
    int row = rowLength >= SHORTEST_ROW ? (int) rowLength : expected.length;
    double worst = 0;
    for (int start = 0; start < expected.length; start += row) {
      worst = Math.max(worst, relativeL2(expected, found, start, start + row));
    }
    return worst;
  }

  /** Which rows are beyond what is allowed, and which elements of the first of them. */
  static String where(float[] expected, float[] found, long rowLength, double allowed) {
    int row = rowLength >= SHORTEST_ROW ? (int) rowLength : expected.length;
    List<Integer> rows = new ArrayList<>();
    for (int start = 0; start < expected.length; start += row) {
      if (!(relativeL2(expected, found, start, start + row) <= allowed)) {
        rows.add(start / row);
      }
    }
    if (rows.isEmpty()) {
      return "";
    }
    int start = rows.getFirst() * row;
    double size = 0;
    for (int i = start; i < start + row; i++) {
      size += Float.isFinite(expected[i]) ? Math.pow(expected[i], 2) : 0;
    }
    double off = 4 * allowed * Math.sqrt(size / row);
    List<Integer> columns = new ArrayList<>();
    for (int i = start; i < start + row; i++) {
      if (!(Math.abs(found[i] - expected[i]) <= off)) {
        columns.add(i - start);
      }
    }
    return "%s of %s rows, from %s to %s; %s of %s elements of the first%s"
        .formatted(
            rows.size(),
            expected.length / row,
            rows.getFirst(),
            rows.getLast(),
            columns.size(),
            row,
            columns.isEmpty()
                ? ""
                : ", %s to %s, %s"
                    .formatted(
                        columns.getFirst(),
                        columns.getLast(),
                        at(expected, found, start + columns.getFirst())));
  }

  private static double relativeL2(float[] expected, float[] found, int from, int to) {
    double difference = 0;
    double size = 0;
    for (int i = from; i < to; i++) {
      if (Float.isFinite(expected[i])) {
        difference += Math.pow((double) found[i] - expected[i], 2);
        size += Math.pow(expected[i], 2);
      }
    }
    return Math.sqrt(difference) / Math.max(Math.sqrt(size), Float.MIN_NORMAL);
  }

  /** The values, but NaN where {@code mask} is not finite: such elements are compared by kind. */
  static float[] finiteWhere(float[] mask, float[] values) {
    float[] result = values.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] = Float.isFinite(mask[i]) ? values[i] : Float.NaN;
    }
    return result;
  }

  static float[] floats(MemorySegment bytes) {
    return bytes.toArray(ValueLayout.JAVA_FLOAT);
  }

  static String at(float[] expected, float[] found, int index) {
    return "element %s: expected %s, found %s; around %s"
        .formatted(
            index,
            expected[index],
            found[index],
            Arrays.toString(
                Arrays.copyOfRange(
                    found, Math.max(0, index - 2), Math.min(found.length, index + 3))));
  }
}
