/**
 * Image input: decoding to 8-bit RGB, Pillow-equal resizing, and the tensors made from pictures.
 */
@NullMarked
package dev.framepack.engine.image;

import org.jspecify.annotations.NullMarked;
