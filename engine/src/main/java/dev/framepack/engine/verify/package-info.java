/**
 * Runs reference outputs in the layout of the golden data and tells how far the engine is from
 * them.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.verify;
