/**
 * Events for Java Flight Recorder, all in the category FramePack: what an engine did and when. They
 * cost nothing while no recording asks for them.
 */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.trace;
