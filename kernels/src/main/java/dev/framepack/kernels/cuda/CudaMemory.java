package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.gpu.device.DeviceOutOfMemoryException;
import java.util.Locale;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** Memory from {@code cuMemAlloc}. */
final class CudaMemory implements DeviceMemory, CudaContext.Resource {
  private final CudaContext context;
  private final CUdeviceptr pointer = new CUdeviceptr();
  private final long address;
  private final long byteSize;

  private CudaMemory(CudaContext context, String purpose, long bytes) {
    this.context = context;
    this.byteSize = bytes;
    context.enter();
    int code = JCudaDriver.cuMemAlloc(pointer, bytes);
    if (code == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
      long[] free = new long[1];
      long[] total = new long[1];
      context.check("cuMemGetInfo", JCudaDriver.cuMemGetInfo(free, total));
      throw new DeviceOutOfMemoryException(
          String.format(
              Locale.ROOT,
              "%s needs %,d bytes of device memory: %,d of %,d are free; ask for less or free the device",
              purpose,
              bytes,
              free[0],
              total[0]));
    }
    context.check("cuMemAlloc(" + bytes + ") for " + purpose, code);
    this.address = RawPointer.value(pointer);
  }

  static CudaMemory allocate(CudaContext context, String purpose, long bytes) {
    return context.own(new CudaMemory(context, purpose, bytes));
  }

  @Override
  public long address() {
    return address;
  }

  @Override
  public long byteSize() {
    return byteSize;
  }

  @Override
  public void free() {
    context.check("cuMemFree", JCudaDriver.cuMemFree(pointer));
  }

  @Override
  public void close() {
    context.release(this);
  }
}
