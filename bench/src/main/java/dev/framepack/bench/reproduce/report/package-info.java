/** What a run found, as one HTML file and two tables. */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.reproduce.report;
