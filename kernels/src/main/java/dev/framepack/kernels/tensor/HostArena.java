package dev.framepack.kernels.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An arena in off-heap host memory, zero-filled at the start; tensors of the CPU backends live
 * here.
 */
public final class HostArena implements TensorArena {
  private final String purpose;
  private final MemorySegment segment;
  private final Runnable free;
  private long nextByte;
  private long highWaterBytes;
  private boolean closed;

  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  public HostArena(String purpose, long capacityBytes) {
    Arena memory = Arena.ofShared();
    this(purpose, memory, capacityBytes, memory::close);
  }

  /**
   * An arena that tells when its bytes are freed.
   *
   * @param onClose called once
   */
  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  public HostArena(String purpose, long capacityBytes, Runnable onClose) {
    Arena memory = Arena.ofShared();
    this(
        purpose,
        memory,
        capacityBytes,
        () -> {
          memory.close();
          onClose.run();
        });
  }

  private HostArena(String purpose, Arena memory, long capacityBytes, Runnable free) {
    this.purpose = purpose;
    this.segment = memory.allocate(Math.max(capacityBytes, 1), ALIGNMENT_BYTES);
    this.free = free;
  }

  /** An arena whose bytes are freed once nothing refers to them any more. */
  public static HostArena collected(String purpose, long capacityBytes) {
    return new HostArena(purpose, Arena.ofAuto(), capacityBytes, () -> {});
  }

  @Override
  public String purpose() {
    return purpose;
  }

  @Override
  public long capacityBytes() {
    return segment.byteSize();
  }

  @Override
  public long highWaterBytes() {
    return highWaterBytes;
  }

  MemorySegment segment() {
    if (closed) {
      throw new IllegalStateException("HostArena " + purpose + ": used after close");
    }
    return segment;
  }

  @Override
  public Tensor allocate(String name, TensorType type) {
    Tensor tensor = view(name, type, nextByte);
    nextByte = TensorArena.align(nextByte + type.byteSize());
    return tensor;
  }

  @Override
  public Tensor view(String name, TensorType type, long byteOffset) {
    long end = Math.addExact(byteOffset, type.byteSize());
    if (closed || end > segment.byteSize()) {
      throw new IllegalStateException(
          "HostArena %s: %s for %s needs bytes %s..%s of %s; make the arena larger"
              .formatted(purpose, type, name, byteOffset, end, closed ? 0 : segment.byteSize()));
    }
    highWaterBytes = Math.max(highWaterBytes, end);
    return new Tensor(name, this, byteOffset, type, false);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      free.run();
    }
  }
}
