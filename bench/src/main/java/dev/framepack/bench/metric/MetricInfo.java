package dev.framepack.bench.metric;

/**
 * What a metric is called and what its values mean.
 *
 * @param name in lower case with hyphens, unique within a suite
 * @param unit of a value; {@code 1} when it has none
 * @param about one sentence: what is computed, and which published metric it is or stands in for
 */
public record MetricInfo(String name, String unit, Better better, String about) {}
