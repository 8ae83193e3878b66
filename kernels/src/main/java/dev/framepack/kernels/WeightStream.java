package dev.framepack.kernels;

import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.MemorySegment;

/**
 * Weights that take turns in a backend's memory because they do not fit together. They come in
 * groups, such as the weights of one block: a call that reads one finds its group in place, and the
 * next group is on its way while the call runs. Any program of the backend may read them; programs
 * are prepared as if all were there.
 */
public interface WeightStream extends AutoCloseable {

  /** A group's bytes on the host, to be written before a program that reads the group runs. */
  MemorySegment hostBytes(int group);

  /**
   * A weight as programs see it: bytes of its group from an offset. Never a constant, because its
   * memory is used again. A call reads weights of one group at most.
   */
  Tensor view(int group, String name, TensorType type, long byteOffset);

  /** Bytes of the backend's memory that the groups share. */
  long capacityBytes();

  /** Frees everything; programs that read the weights must not run afterwards. Idempotent. */
  @Override
  void close();
}
