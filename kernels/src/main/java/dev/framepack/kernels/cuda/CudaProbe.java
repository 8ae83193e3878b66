package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.DeviceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * What this machine offers to the CUDA backend; looking never fails.
 *
 * @param usable whether the driver works; without it there are no devices
 * @param driver its version, or one sentence that says what is missing
 * @param devices every device the driver shows
 * @param libraries NVIDIA's optional libraries
 * @param natives native files that come with the program: name, where they are placed, SHA-256
 */
public record CudaProbe(
    boolean usable,
    String driver,
    List<DeviceFinding> devices,
    List<LibraryFinding> libraries,
    List<String> natives) {

  /**
   * One device.
   *
   * @param usable whether the kernels run on it
   * @param finding name, capability and memory, or why it was refused
   */
  public record DeviceFinding(int ordinal, boolean usable, String finding) {}

  /**
   * One optional library.
   *
   * @param purpose what it would be used for; own kernels do the same without it
   * @param finding that it loads, or the system loader's reason why not
   */
  public record LibraryFinding(String name, String purpose, boolean loads, String finding) {}

  public CudaProbe {
    devices = List.copyOf(devices);
    libraries = List.copyOf(libraries);
    natives = List.copyOf(natives);
  }

  /** Looks; opens each device for a moment to ask for its free memory. */
  public static CudaProbe run() {
    List<LibraryFinding> libraries =
        VendorLibrary.all().stream()
            .map(library -> {
              String refusal = refusal(library.name());
              return new LibraryFinding(
                  library.name(),
                  library.purpose(),
                  refusal == null,
                  refusal == null ? "loads" : refusal);
            })
            .toList();
    try {
      CudaDriver.load();
      return new CudaProbe(
          true, CudaDriver.describe(), lookAtDevices(), libraries, NativeLibraries.describe());
    } catch (RuntimeException | LinkageError e) {
      return new CudaProbe(
          false, String.valueOf(e.getMessage()), List.of(), libraries, NativeLibraries.describe());
    }
  }

  private static @Nullable String refusal(String library) {
    try {
      return DynamicLibrary.load(library).refusal();
    } catch (LinkageError e) { // as under --illegal-native-access=deny
      return "this JVM gives no native access (" + e + ")";
    }
  }

  /** Whether a device can be opened, as far as it can be told without opening it. */
  public static boolean usable(int ordinal) {
    try {
      CudaDriver.load();
      CudaDevice.select(ordinal);
      return true;
    } catch (DeviceException | LinkageError | IllegalCallerException e) {
      return false;
    }
  }

  private static List<DeviceFinding> lookAtDevices() {
    List<DeviceFinding> findings = new ArrayList<>();
    for (int ordinal = 0; ordinal < CudaDriver.deviceCount(); ordinal++) {
      try {
        findings.add(new DeviceFinding(ordinal, true, describe(CudaDevice.select(ordinal))));
      } catch (RuntimeException e) {
        findings.add(new DeviceFinding(ordinal, false, "refused: " + e.getMessage()));
      }
    }
    return findings;
  }

  private static String describe(CUdevice device) {
    CudaContext context = new CudaContext(device);
    try {
      context.enter();
      long[] free = new long[1];
      long[] total = new long[1];
      context.check("cuMemGetInfo", JCudaDriver.cuMemGetInfo(free, total));
      return String.format(
          Locale.ROOT,
          "%s, sm_%s, %,d MiB, %,d MiB free, compute mode %s",
          CudaDriver.name(device),
          CudaDriver.computeCapability(device),
          total[0] >> 20,
          free[0] >> 20,
          CudaDriver.computeMode(device));
    } finally {
      context.close();
    }
  }
}
