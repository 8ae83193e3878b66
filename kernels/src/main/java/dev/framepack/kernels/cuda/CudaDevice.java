package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceEvent;
import dev.framepack.kernels.gpu.device.DeviceFunction;
import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.DeviceInfo;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.DeviceUnavailableException;
import dev.framepack.kernels.gpu.device.Launch;
import dev.framepack.kernels.gpu.device.MatrixLibrary;
import dev.framepack.kernels.gpu.device.PinnedMemory;
import dev.framepack.kernels.gpu.device.PreparedLaunch;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.JCudaDriver;

/** An NVIDIA GPU through its driver: sm_80 or later, driver 525 or later. */
public final class CudaDevice implements Device {
  private static final int OLDEST_CAPABILITY = 80;
  private static final int FIRST_ARCH_SPECIFIC = 90;

  private final DeviceInfo info;
  private final CudaContext context;
  private final DriverFunctions driver = DriverFunctions.load();
  private final CudaStaging staging;
  private final CudaStream captureStream;
  private final Map<String, CudaFunction> functions = new ConcurrentHashMap<>();

  private CudaDevice(CUdevice device) {
    context = new CudaContext(device);
    try {
      context.enter();
      info = describe(device);
      staging = new CudaStaging(context);
      captureStream = CudaStream.open(context, "capture");
    } catch (RuntimeException e) {
      context.close();
      throw e;
    }
  }

  /**
   * Opens a device.
   *
   * @param ordinal as the driver counts, from 0; {@code CUDA_VISIBLE_DEVICES} applies
   * @throws DeviceUnavailableException in one sentence with what is missing and what to do
   */
  public static CudaDevice open(int ordinal) {
    CudaDriver.load();
    return new CudaDevice(select(ordinal));
  }

  /** A device the kernels run on; the driver is loaded. */
  static CUdevice select(int ordinal) {
    CUdevice device = CudaDriver.device(ordinal);
    int capability = CudaDriver.computeCapability(device);
    if (capability < OLDEST_CAPABILITY) {
      throw new DeviceUnavailableException(
          "device %s, %s, is sm_%s; the kernels need sm_%s (Ampere) or later"
              .formatted(ordinal, CudaDriver.name(device), capability, OLDEST_CAPABILITY));
    }
    return device;
  }

  private DeviceInfo describe(CUdevice device) {
    int capability = CudaDriver.computeCapability(device);
    long[] free = new long[1];
    long[] total = new long[1];
    context.check("cuMemGetInfo", JCudaDriver.cuMemGetInfo(free, total));
    return new DeviceInfo(
        CudaDriver.name(device),
        capability,
        capability >= FIRST_ARCH_SPECIFIC,
        CudaDriver.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
        CudaDriver.attribute(
            device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN),
        CudaDriver.attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE),
        total[0],
        free[0],
        CudaDriver.describe());
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public DeviceMemory allocate(String purpose, long bytes) {
    return CudaMemory.allocate(context, purpose, bytes);
  }

  @Override
  public PinnedMemory allocatePinned(String purpose, long bytes) {
    return CudaPinnedMemory.allocate(context, purpose, bytes);
  }

  @Override
  public void fill(long address, long bytes, byte value) {
    staging.fill(address, bytes, value);
  }

  @Override
  public void upload(MemorySegment source, long address) {
    staging.upload(source, address);
  }

  @Override
  public void download(long address, MemorySegment target) {
    staging.download(address, target);
  }

  @Override
  public DeviceFunction load(String ptx, String entry) {
    return functions.computeIfAbsent(
        ptx, text -> CudaFunction.load(context, text, entry, info.sharedBytesPerBlock()));
  }

  @Override
  public DeviceGraph record(List<Launch> launches) {
    synchronized (captureStream) {
      return CudaGraph.record(context, driver, launches, captureStream.handle());
    }
  }

  @Override
  public PreparedLaunch prepare(Launch launch) {
    return CudaPreparedLaunch.prepare(context, driver, launch);
  }

  @Override
  public DeviceStream openStream(String purpose) {
    return CudaStream.open(context, purpose);
  }

  @Override
  public DeviceEvent openEvent() {
    return CudaEvent.open(context);
  }

  /** {@code cublaslt} (12 or 13) or {@code cublas} (12, through JCublas), where they load. */
  @Override
  public MatrixLibrary matrixLibrary(String name) {
    return switch (name) {
      case "cublaslt" -> CublasLt.open(context);
      case "cublas" -> JCublas.open(context);
      default ->
          throw new DeviceUnavailableException(
              "no library " + name + " of matrix products; there are cublaslt and cublas");
    };
  }

  @Override
  public void close() {
    context.close();
  }
}
