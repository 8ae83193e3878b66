/** Motion between frames by block matching. */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.metric.motion;
