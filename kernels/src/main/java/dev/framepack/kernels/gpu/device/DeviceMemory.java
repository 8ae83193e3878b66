package dev.framepack.kernels.gpu.device;

/** A block of device memory; closing frees it, twice is harmless. */
public interface DeviceMemory extends AutoCloseable {
  /** 256-byte aligned. */
  long address();

  long byteSize();

  @Override
  void close();
}
