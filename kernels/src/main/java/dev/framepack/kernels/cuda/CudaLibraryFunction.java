package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.DeviceFunction;
import dev.framepack.kernels.gpu.device.KernelArgument;
import java.util.List;
import jcuda.driver.CUstream;

/** A call of a vendor's library with everything but its operands fixed. */
interface CudaLibraryFunction extends DeviceFunction {

  CudaContext context();

  /**
   * Queues the call; the stream may be capturing. A library's own failure is thrown.
   *
   * @return the driver's result code
   */
  int enqueue(List<KernelArgument> operands, CUstream stream);

  /** The library chooses its kernels; it does not tell. */
  @Override
  default int registers() {
    return 0;
  }

  @Override
  default int localBytes() {
    return 0;
  }

  /** The address of an operand. */
  static long address(List<KernelArgument> operands, int index) {
    return ((KernelArgument.Operand) operands.get(index)).address();
  }
}
