/**
 * A request as JSON, one codec for the metadata beside outputs, for checkpoints and for batch
 * files.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.request;
