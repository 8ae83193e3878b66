package dev.framepack.bench.reproduce.report;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Figures as text. */
final class Numbers {
  private static final int SIGNIFICANT_DIGITS = 3;

  private Numbers() {}

  /** Digits after the point that show three digits of the largest figure of a column. */
  static int decimals(Collection<Double> column) {
    double largest =
        column.stream().filter(Double::isFinite).mapToDouble(Math::abs).max().orElse(0);
    if (largest == 0) {
      return 0;
    }
    int digitsBefore = (int) Math.floor(Math.log10(largest)) + 1;
    return Math.clamp(SIGNIFICANT_DIGITS - digitsBefore, 0, 6);
  }

  static String text(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value).replace('-', '−');
  }

  /** Three digits; whole numbers without a point. */
  static String text(double value) {
    return text(value, value == Math.rint(value) ? 0 : decimals(List.of(value)));
  }
}
