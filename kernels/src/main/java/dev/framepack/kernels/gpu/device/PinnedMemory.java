package dev.framepack.kernels.gpu.device;

import java.lang.foreign.MemorySegment;

/** A block of page-locked host memory; closing frees it, twice is harmless. */
public interface PinnedMemory extends AutoCloseable {
  MemorySegment segment();

  @Override
  void close();
}
