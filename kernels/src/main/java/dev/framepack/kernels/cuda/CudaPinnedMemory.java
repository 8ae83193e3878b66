package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.PinnedMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/** Memory from {@code cuMemHostAlloc}; its segment dies with it. */
final class CudaPinnedMemory implements PinnedMemory, CudaContext.Resource {
  private final CudaContext context;
  private final Pointer pointer = new Pointer();
  private final Arena arena = Arena.ofShared();
  private final MemorySegment segment;

  private CudaPinnedMemory(CudaContext context, String purpose, long bytes) {
    this.context = context;
    if (bytes < 1 || bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "pinned memory for %s: 1 to %,d bytes a block, found %,d; use several blocks",
              purpose,
              Integer.MAX_VALUE,
              bytes));
    }
    context.enter();
    context.check(
        "cuMemHostAlloc(" + bytes + ") for " + purpose,
        JCudaDriver.cuMemHostAlloc(pointer, bytes, 0));
    this.segment =
        MemorySegment.ofAddress(RawPointer.value(pointer)).reinterpret(bytes, arena, null);
  }

  static CudaPinnedMemory allocate(CudaContext context, String purpose, long bytes) {
    return context.own(new CudaPinnedMemory(context, purpose, bytes));
  }

  @Override
  public MemorySegment segment() {
    return segment;
  }

  /** A pointer into it, for copies. */
  Pointer at(long offset, long bytes) {
    return RawPointer.host(segment.asSlice(offset, bytes));
  }

  @Override
  public void free() {
    arena.close();
    context.check("cuMemFreeHost", JCudaDriver.cuMemFreeHost(pointer));
  }

  @Override
  public void close() {
    context.release(this);
  }
}
