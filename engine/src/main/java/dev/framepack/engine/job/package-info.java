/**
 * Work of an engine in the order it came, on one thread of its own: states, cancelling, the bounded
 * queue, and listeners called off that thread. Knows nothing of videos but what their jobs tell.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.job;
