package dev.framepack.kernels.cpu.vector;

import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;

/**
 * Memory of the backend beside the arenas: repacked constants, shared by every program that reads
 * the same tensor and freed with it, and one scratch area per purpose that kernels use only while
 * they run. Programs of one backend run one at a time, so scratch is common to all kernels.
 */
final class Workspace {
  private final int threads;
  private final Map<Tensor, Map<String, MemorySegment>> packed = new WeakHashMap<>();
  private final MemorySegment[] perWorker;
  private final float[][] floatsPerWorker;
  private MemorySegment shared = MemorySegment.NULL;

  Workspace(int threads) {
    this.threads = threads;
    this.perWorker = new MemorySegment[threads];
    this.floatsPerWorker = new float[threads][0];
    reserve(TensorArena.ALIGNMENT_BYTES, TensorArena.ALIGNMENT_BYTES);
  }

  /** A constant tensor in a kernel's own layout, made on first use. */
  synchronized MemorySegment packed(
      Tensor constant, String layout, Function<Tensor, MemorySegment> pack) {
    return packed
        .computeIfAbsent(constant, tensor -> new HashMap<>())
        .computeIfAbsent(layout, name -> pack.apply(constant));
  }

  /**
   * Makes sure that scratch is at least this large. Called while binding; kernels ask for the
   * segment each time they run, because a later binding may replace it.
   */
  synchronized void reserve(long bytesPerWorker, long sharedBytes) {
    if (perWorker[0] == null || perWorker[0].byteSize() < bytesPerWorker) {
      for (int i = 0; i < threads; i++) {
        perWorker[i] = allocate(bytesPerWorker);
      }
    }
    if (shared.byteSize() < sharedBytes) {
      shared = allocate(sharedBytes);
    }
  }

  /** {@link #reserve} for scratch that is an array. */
  synchronized void reserveFloats(int floatsPerThread) {
    for (int i = 0; i < threads; i++) {
      if (floatsPerWorker[i].length < floatsPerThread) {
        floatsPerWorker[i] = new float[floatsPerThread];
      }
    }
  }

  /** Scratch of one thread as an array; content undefined. */
  float[] floats(int worker) {
    return floatsPerWorker[worker];
  }

  /** Scratch of one thread; content undefined. */
  MemorySegment scratch(int worker) {
    return perWorker[worker];
  }

  /** Scratch all threads of a kernel see; content undefined. */
  MemorySegment shared() {
    return shared;
  }

  /** Aligned zero-filled memory that lives as long as something refers to it. */
  static MemorySegment allocate(long bytes) {
    return Arena.ofAuto().allocate(bytes, TensorArena.ALIGNMENT_BYTES);
  }

  /** Lets go of everything; no kernel runs any more. */
  synchronized void clear() {
    packed.clear();
    Arrays.fill(perWorker, MemorySegment.NULL);
    Arrays.fill(floatsPerWorker, new float[0]);
    shared = MemorySegment.NULL;
  }

  synchronized long bytes() {
    long floatBytes = (long) Float.BYTES * floatsPerWorker[0].length;
    long bytes = shared.byteSize() + threads * (perWorker[0].byteSize() + floatBytes);
    for (Map<String, MemorySegment> layouts : packed.values()) {
      for (MemorySegment segment : layouts.values()) {
        bytes += segment.byteSize();
      }
    }
    return bytes;
  }
}
