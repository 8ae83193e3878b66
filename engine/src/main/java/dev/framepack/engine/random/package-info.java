/** Random numbers equal to PyTorch's CPU generator, bit for bit. */
@NullMarked
package dev.framepack.engine.random;

import org.jspecify.annotations.NullMarked;
