/** The embedded small checkpoint, its start image and its world. */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.demo;
