package dev.framepack.engine.binding;

import dev.framepack.kernels.tensor.Shape;

/** A weight a model needs: its full name in the checkpoint and its exact shape. */
public record Parameter(String name, Shape shape) {}
