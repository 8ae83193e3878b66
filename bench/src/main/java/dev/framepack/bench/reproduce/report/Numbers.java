package dev.framepack.bench.reproduce.report;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Figures as text. */
final class Numbers {
  private static final int SIGNIFICANT_DIGITS = 3;
  private static final int MOST_DECIMALS = 6;

  /** Below it the most decimals show fewer than three digits. */
  private static final double SMALLEST = 1e-4;

  private Numbers() {}

  /** Digits after the point that show three digits of the largest figure of a column. */
  static int decimals(Collection<Double> column) {
    double largest =
        column.stream().filter(Double::isFinite).mapToDouble(Math::abs).max().orElse(0);
    if (largest == 0) {
      return 0;
    }
    int digitsBefore = (int) Math.floor(Math.log10(largest)) + 1;
    return Math.clamp(SIGNIFICANT_DIGITS - digitsBefore, 0, MOST_DECIMALS);
  }

  /** Fixed digits after the point; what rounds to 0 has no sign. */
  static String text(double value, int decimals) {
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    boolean isZero = text.chars().allMatch(c -> "-0.".indexOf(c) >= 0);
    return isZero ? text.replace("-", "") : text.replace('-', '−');
  }

  /** Three digits; whole numbers without a point. */
  static String text(double value) {
    if (value == Math.rint(value)) {
      return text(value, 0);
    }
    return Math.abs(value) < SMALLEST
        ? String.format(Locale.ROOT, "%.2e", value).replace('-', '−')
        : text(value, decimals(List.of(value)));
  }
}
