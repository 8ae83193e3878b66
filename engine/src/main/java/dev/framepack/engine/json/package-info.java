/** JSON as the engine writes it beside outputs and into checkpoints, and the strict way back. */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.json;
