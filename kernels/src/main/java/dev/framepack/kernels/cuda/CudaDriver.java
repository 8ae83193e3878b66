package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.DeviceUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.driver.CUcomputemode;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** The NVIDIA driver of this machine, before any context. */
final class CudaDriver {
  static final String LIBRARY = "libcuda.so.1";

  /** PTX ISA 8.0 came with CUDA 12.0. */
  private static final int OLDEST_VERSION = 12000;

  private static final Path MODULE = Path.of("/proc/driver/nvidia/version");
  private static final Pattern MODULE_VERSION = Pattern.compile("\\d{3,}\\.\\d+(?:\\.\\d+)?");

  private CudaDriver() {}

  /**
   * Loads and initialises it, once.
   *
   * @throws DeviceUnavailableException in one sentence with what is missing
   */
  static void load() {
    // JCuda's class stays broken for ever when its library lacks the driver: ask before.
    DynamicLibrary.Attempt driver = DynamicLibrary.load(LIBRARY);
    if (!driver.loads()) {
      throw new DeviceUnavailableException(
          "no NVIDIA driver: %s; install the driver, 525 or later".formatted(driver.refusal()));
    }
    NativeLibraries.load(NativeLibrary.DRIVER);
    check("cuInit", JCudaDriver.cuInit(0));
    int version = version();
    if (version < OLDEST_VERSION) {
      throw new DeviceUnavailableException(
          "the NVIDIA driver supports CUDA %s, 12.0 is needed; install driver 525 or later"
              .formatted(versionName(version)));
    }
  }

  /** 1000 times the major plus 10 times the minor version of CUDA the driver supports. */
  static int version() {
    int[] version = new int[1];
    check("cuDriverGetVersion", JCudaDriver.cuDriverGetVersion(version));
    return version[0];
  }

  static String versionName(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }

  /** The driver's own version where the kernel module tells it, and that of CUDA. */
  static String describe() {
    return "driver " + moduleVersion() + ", CUDA " + versionName(version());
  }

  private static String moduleVersion() {
    try {
      Matcher matcher = MODULE_VERSION.matcher(Files.readString(MODULE));
      return matcher.find() ? matcher.group() : "of unknown version";
    } catch (IOException e) {
      return "of unknown version";
    }
  }

  static int deviceCount() {
    int[] count = new int[1];
    check("cuDeviceGetCount", JCudaDriver.cuDeviceGetCount(count));
    return count[0];
  }

  static CUdevice device(int ordinal) {
    CUdevice device = new CUdevice();
    check("cuDeviceGet(" + ordinal + ")", JCudaDriver.cuDeviceGet(device, ordinal));
    return device;
  }

  static String name(CUdevice device) {
    byte[] name = new byte[256];
    check("cuDeviceGetName", JCudaDriver.cuDeviceGetName(name, name.length, device));
    return text(name);
  }

  static int attribute(CUdevice device, int attribute) {
    int[] value = new int[1];
    check(
        "cuDeviceGetAttribute(" + CUdevice_attribute.stringFor(attribute) + ")",
        JCudaDriver.cuDeviceGetAttribute(value, attribute, device));
    return value[0];
  }

  /** Ten times the major plus the minor compute capability. */
  static int computeCapability(CUdevice device) {
    return 10 * attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
        + attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
  }

  /** Who may open it. */
  static String computeMode(CUdevice device) {
    int mode = attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_MODE);
    return switch (mode) {
      case CUcomputemode.CU_COMPUTEMODE_DEFAULT -> "default";
      case CUcomputemode.CU_COMPUTEMODE_PROHIBITED -> "prohibited";
      case CUcomputemode.CU_COMPUTEMODE_EXCLUSIVE_PROCESS -> "exclusive process";
      default -> "of number " + mode;
    };
  }

  static long totalBytes(CUdevice device) {
    long[] bytes = new long[1];
    check("cuDeviceTotalMem", JCudaDriver.cuDeviceTotalMem(bytes, device));
    return bytes[0];
  }

  /** Text up to its NUL. */
  static String text(byte[] bytes) {
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  static void check(String call, int code) {
    if (code != CUresult.CUDA_SUCCESS) {
      throw CudaResult.exception(call, code);
    }
  }
}
