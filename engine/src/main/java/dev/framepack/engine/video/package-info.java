/**
 * Video output: a bounded store of 8-bit frames and the sinks that write them, whole or not at all.
 */
@NullMarked
package dev.framepack.engine.video;

import org.jspecify.annotations.NullMarked;
