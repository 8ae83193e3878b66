/** What holds for which section of a video, in order of time whatever the order of generation. */
@org.jspecify.annotations.NullMarked
package dev.framepack.engine.timeline;
