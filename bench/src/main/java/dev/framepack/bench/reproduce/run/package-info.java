/** Running a suite: cells, their keys, what is kept of each, and going on after a stop. */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.reproduce.run;
