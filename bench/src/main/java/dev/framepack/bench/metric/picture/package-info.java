/** Mathematics of single pictures: luma, sharpness, colour, and distances between two. */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.metric.picture;
