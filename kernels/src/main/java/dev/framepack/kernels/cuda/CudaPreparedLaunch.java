package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.Launch;
import dev.framepack.kernels.gpu.device.PreparedLaunch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jcuda.Pointer;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/** A launch with its arguments in native memory: giving it to a stream allocates nothing. */
final class CudaPreparedLaunch implements PreparedLaunch, CudaContext.Resource {
  private final Launch launch;
  private final CudaContext context;
  private final Arena arena = Arena.ofShared();
  private final Work work;

  /** Queues the launch; the result is the driver's code. */
  private interface Work {
    int enqueue(CUstream stream);
  }

  private CudaPreparedLaunch(CudaContext context, DriverFunctions driver, Launch launch) {
    this.context = context;
    this.launch = launch;
    context.enter();
    this.work =
        switch (launch.function()) {
          case CudaFunction kernel when kernel.context() == context -> kernel(kernel, driver);
          case CudaLibraryFunction library when library.context() == context ->
              stream -> library.enqueue(launch.arguments(), stream);
          default ->
              throw new IllegalArgumentException(
                  "kernel " + launch.function().name() + " was loaded on another device");
        };
  }

  private Work kernel(CudaFunction function, DriverFunctions driver) {
    MemorySegment arguments =
        LaunchArguments.pack(
            launch.arguments(),
            (map, target) ->
                context.check(
                    "cuTensorMapEncodeTiled for " + this, driver.encodeTiled(map, target)),
            arena);
    if (function.overlapping()) {
      MemorySegment config =
          DriverFunctions.overlappingConfig(
              launch.grid(), launch.block(), launch.sharedBytes(), arena);
      long handle = RawPointer.value(function.handle());
      return stream -> driver.launchEx(config, RawPointer.value(stream), handle, arguments);
    }
    Pointer parameters = RawPointer.host(arguments);
    Dim3 grid = launch.grid();
    Dim3 block = launch.block();
    return stream ->
        JCudaDriver.cuLaunchKernel(
            function.handle(),
            grid.x(),
            grid.y(),
            grid.z(),
            block.x(),
            block.y(),
            block.z(),
            launch.sharedBytes(),
            stream,
            parameters,
            null);
  }

  static CudaPreparedLaunch prepare(CudaContext context, DriverFunctions driver, Launch launch) {
    return context.own(new CudaPreparedLaunch(context, driver, launch));
  }

  @Override
  public Launch launch() {
    return launch;
  }

  /** Queues it; the context is current. */
  void enqueue(CUstream stream) {
    int code = work.enqueue(stream);
    if (code != CUresult.CUDA_SUCCESS) {
      context.check("launch of " + this, code);
    }
  }

  @Override
  public void free() {
    arena.close();
  }

  @Override
  public void close() {
    context.release(this);
  }

  @Override
  public String toString() {
    return "%s, %s, grid %s, block %s, %s bytes of dynamic shared memory, %s registers"
        .formatted(
            launch.function().name(),
            launch.label(),
            launch.grid(),
            launch.block(),
            launch.sharedBytes(),
            launch.function().registers());
  }
}
