/**
 * The embedded small checkpoint, and the synthetic world it was trained on: scenes with a prompt, a
 * start image and a known future.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.demo;
