package dev.framepack.kernels.plan;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.MemoryMeter;

/**
 * A backend that takes memory as another one would, on paper.
 *
 * @param backend runs programs without computing them
 * @param memory what its arenas, and on a device its kernels, have taken
 */
public record MemoryPlanning(Backend backend, MemoryMeter memory) implements AutoCloseable {
  @Override
  public void close() {
    backend.close();
  }
}
