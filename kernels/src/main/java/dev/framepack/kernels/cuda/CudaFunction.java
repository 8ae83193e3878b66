package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.gpu.device.DeviceFunction;
import java.lang.foreign.Arena;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUjit_option;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import jcuda.driver.JITOptions;

/** A kernel compiled by the driver, allowed all the shared memory a block can have. */
final class CudaFunction implements DeviceFunction, CudaContext.Resource {
  private static final int LOG_BYTES = 16 << 10;

  private final CudaContext context;
  private final String name;
  private final CUmodule module = new CUmodule();
  private final CUfunction function = new CUfunction();
  private final int registers;
  private final int localBytes;
  private final boolean overlapping;

  private CudaFunction(CudaContext context, String ptx, String entry, int sharedBytesPerBlock) {
    this.context = context;
    this.name = entry;
    this.overlapping = ptx.contains("griddepcontrol.wait");
    context.enter();
    loadModule(ptx);
    context.check(
        "cuModuleGetFunction(" + entry + ")",
        JCudaDriver.cuModuleGetFunction(function, module, entry));
    this.registers = attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_NUM_REGS);
    this.localBytes = attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES);
    int fixed = attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES);
    context.check(
        "cuFuncSetAttribute(" + entry + ")",
        JCudaDriver.cuFuncSetAttribute(
            function,
            CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
            sharedBytesPerBlock - fixed));
  }

  static CudaFunction load(CudaContext context, String ptx, String entry, int sharedBytesPerBlock) {
    return context.own(new CudaFunction(context, ptx, entry, sharedBytesPerBlock));
  }

  private void loadModule(String ptx) {
    byte[] log = new byte[LOG_BYTES];
    JITOptions options = new JITOptions();
    options.putInt(CUjit_option.CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES, log.length);
    options.putBytes(CUjit_option.CU_JIT_ERROR_LOG_BUFFER, log);
    int code;
    // Native memory: JCuda would hold a Java array for as long as the driver compiles.
    try (Arena arena = Arena.ofConfined()) {
      code =
          JCudaDriver.cuModuleLoadDataJIT(
              module, RawPointer.host(arena.allocateFrom(ptx)), options);
    }
    if (code != CUresult.CUDA_SUCCESS) {
      DeviceException failure = CudaResult.exception("cuModuleLoadDataEx(" + name + ")", code);
      throw new DeviceException(
          failure.getMessage() + "\n" + CudaDriver.text(log).strip(), failure.isSticky(), failure);
    }
  }

  private int attribute(int attribute) {
    int[] value = new int[1];
    context.check(
        "cuFuncGetAttribute(" + name + ")",
        JCudaDriver.cuFuncGetAttribute(value, attribute, function));
    return value[0];
  }

  CUfunction handle() {
    return function;
  }

  CudaContext context() {
    return context;
  }

  /**
   * True when the kernel itself waits for the one before it ({@code griddepcontrol.wait}), so that
   * the driver may start it early.
   */
  boolean overlapping() {
    return overlapping;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int registers() {
    return registers;
  }

  @Override
  public int localBytes() {
    return localBytes;
  }

  @Override
  public void free() {
    context.check("cuModuleUnload", JCudaDriver.cuModuleUnload(module));
  }
}
