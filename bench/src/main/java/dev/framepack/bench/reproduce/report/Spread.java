package dev.framepack.bench.reproduce.report;

import java.util.Collection;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * Mean and spread of a figure over cells.
 *
 * @param deviation sample standard deviation; NaN for fewer than two cells
 * @param count cells with a finite figure; without any, the mean is NaN
 */
record Spread(double mean, double deviation, long count) {

  static Spread of(Collection<Double> values) {
    SummaryStatistics statistics = new SummaryStatistics();
    values.stream().filter(Double::isFinite).forEach(statistics::addValue);
    long count = statistics.getN();
    return new Spread(
        statistics.getMean(), count < 2 ? Double.NaN : statistics.getStandardDeviation(), count);
  }

  boolean isEmpty() {
    return count == 0;
  }
}
