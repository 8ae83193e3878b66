/** Metrics that need a network, and are absent. */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.metric.network;
