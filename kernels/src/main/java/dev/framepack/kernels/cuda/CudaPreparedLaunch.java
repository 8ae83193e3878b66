package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.DeviceFunction;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.Launch;
import dev.framepack.kernels.gpu.device.PreparedLaunch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jcuda.Pointer;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/** A launch with its arguments in native memory: giving it to a stream allocates nothing. */
final class CudaPreparedLaunch implements PreparedLaunch, CudaContext.Resource {
  private final Launch launch;
  private final CudaContext context;
  private final CudaFunction function;
  private final DriverFunctions driver;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment arguments;
  private final Pointer parameters;

  /** CUlaunchConfig of a kernel that may overlap the one before it. */
  private final @Nullable MemorySegment config;

  private final long functionHandle;

  private CudaPreparedLaunch(CudaContext context, DriverFunctions driver, Launch launch) {
    this.context = context;
    this.driver = driver;
    this.launch = launch;
    this.function = function(launch.function(), context);
    context.enter();
    this.arguments =
        LaunchArguments.pack(
            launch.arguments(),
            (map, target) ->
                context.check(
                    "cuTensorMapEncodeTiled for " + this, driver.encodeTiled(map, target)),
            arena);
    this.parameters = RawPointer.host(arguments);
    this.functionHandle = RawPointer.value(function.handle());
    this.config =
        function.overlapping()
            ? DriverFunctions.overlappingConfig(
                launch.grid(), launch.block(), launch.sharedBytes(), arena)
            : null;
  }

  static CudaPreparedLaunch prepare(CudaContext context, DriverFunctions driver, Launch launch) {
    return context.own(new CudaPreparedLaunch(context, driver, launch));
  }

  private static CudaFunction function(DeviceFunction function, CudaContext context) {
    if (function instanceof CudaFunction cuda && cuda.context() == context) {
      return cuda;
    }
    throw new IllegalArgumentException(
        "kernel " + function.name() + " was loaded on another device");
  }

  @Override
  public Launch launch() {
    return launch;
  }

  /** Queues it; the context is current. */
  void enqueue(CUstream stream) {
    int code = config == null ? launchKernel(stream) : launchOverlapping(config, stream);
    if (code != CUresult.CUDA_SUCCESS) {
      context.check("launch of " + this, code);
    }
  }

  private int launchOverlapping(MemorySegment launchConfig, CUstream stream) {
    return driver.launchEx(launchConfig, RawPointer.value(stream), functionHandle, arguments);
  }

  private int launchKernel(CUstream stream) {
    Dim3 grid = launch.grid();
    Dim3 block = launch.block();
    return JCudaDriver.cuLaunchKernel(
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
    return "%s, %s, grid %s, block %s, %d bytes of dynamic shared memory, %d registers"
        .formatted(
            launch.function().name(),
            launch.label(),
            launch.grid(),
            launch.block(),
            launch.sharedBytes(),
            function.registers());
  }
}
