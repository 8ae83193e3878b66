/** The command line, thin over the public API; nothing else depends on it. */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.cli;
