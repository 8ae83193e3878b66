/** LoRA files: recognised by their names, checked before use, matched with a model's weights. */
@NullMarked
package dev.framepack.weights.lora;

import org.jspecify.annotations.NullMarked;
