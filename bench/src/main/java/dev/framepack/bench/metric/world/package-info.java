/** Metrics of videos of the demo's synthetic world. */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.metric.world;
