/** What is to be run: suites and the strict reading of their YAML files. */
@org.jspecify.annotations.NullMarked
package dev.framepack.bench.reproduce.suite;
