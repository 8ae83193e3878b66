package dev.framepack.kernels.cuda;

import java.lang.foreign.MemorySegment;

/**
 * Copies between the device and host memory of any kind through two pinned buffers: while the
 * device moves one, the host fills or empties the other.
 */
final class CudaStaging {
  private static final int CHUNK_BYTES = 16 << 20;

  private final CudaStream stream;
  private final CudaPinnedMemory[] buffers = new CudaPinnedMemory[2];
  private final CudaEvent[] moved = new CudaEvent[2];

  CudaStaging(CudaContext context) {
    stream = CudaStream.open(context, "staging");
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = CudaPinnedMemory.allocate(context, "staging", CHUNK_BYTES);
      moved[i] = CudaEvent.open(context);
    }
  }

  synchronized void fill(long address, long bytes, byte value) {
    if (bytes > 0) {
      stream.fill(address, bytes, value);
      stream.synchronize();
    }
  }

  synchronized void upload(MemorySegment source, long address) {
    int turn = 0;
    for (long at = 0; at < source.byteSize(); at += CHUNK_BYTES, turn ^= 1) {
      long bytes = Math.min(CHUNK_BYTES, source.byteSize() - at);
      moved[turn].synchronize();
      MemorySegment.copy(source, at, buffers[turn].segment(), 0, bytes);
      stream.copyToDevice(buffers[turn], 0, address + at, bytes);
      stream.record(moved[turn]);
    }
    stream.synchronize();
  }

  synchronized void download(long address, MemorySegment target) {
    long size = target.byteSize();
    int turn = 0;
    request(address, 0, size, turn);
    for (long at = 0; at < size; at += CHUNK_BYTES, turn ^= 1) {
      request(address, at + CHUNK_BYTES, size, turn ^ 1);
      moved[turn].synchronize();
      MemorySegment.copy(buffers[turn].segment(), 0, target, at, Math.min(CHUNK_BYTES, size - at));
    }
  }

  private void request(long address, long at, long size, int turn) {
    if (at < size) {
      stream.copyToHost(address + at, buffers[turn], 0, Math.min(CHUNK_BYTES, size - at));
      stream.record(moved[turn]);
    }
  }
}
