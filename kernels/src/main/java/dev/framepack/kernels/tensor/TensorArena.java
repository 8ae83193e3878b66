package dev.framepack.kernels.tensor;

/**
 * Owner of the bytes behind tensors. Three lifetimes exist (model, section, step) and each is one
 * arena; tensors are views into it and only arenas are closed. Not thread-safe for allocation.
 */
public interface TensorArena extends AutoCloseable {

  /** Every tensor begins at a multiple of this. */
  long ALIGNMENT_BYTES = 64;

  /** What the arena holds, for reports: "model", "section", "step". */
  String purpose();

  long capacityBytes();

  /** Highest byte ever handed out: the figure a memory plan is checked against. */
  long highWaterBytes();

  /**
   * A tensor at the next free aligned offset.
   *
   * @throws IllegalStateException when the arena is closed or full
   */
  Tensor allocate(String name, TensorType type);

  /** A view at a planned offset; the planner answers for lifetimes. */
  Tensor view(String name, TensorType type, long byteOffset);

  /** Frees the bytes; every view becomes invalid. Idempotent. */
  @Override
  void close();

  static long align(long bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  }
}
