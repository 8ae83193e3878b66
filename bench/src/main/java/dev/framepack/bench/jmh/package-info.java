/** JMH benchmarks, at the shapes the reference implementation is timed at. */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.jmh;
