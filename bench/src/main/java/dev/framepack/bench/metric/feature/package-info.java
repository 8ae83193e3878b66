/** Features of pictures, and distances between sets of them. */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.metric.feature;
