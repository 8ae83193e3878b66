package dev.framepack.kernels;

/**
 * Off-heap memory of a backend, counted as it is taken and freed.
 *
 * @param device nothing where arenas live in host memory
 * @param host arenas where they live there, else page-locked memory
 */
public record BackendMemory(MemoryMeter device, MemoryMeter host) {
  public BackendMemory() {
    this(new MemoryMeter(), new MemoryMeter());
  }
}
