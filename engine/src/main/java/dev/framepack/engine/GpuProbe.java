package dev.framepack.engine;

import dev.framepack.kernels.cuda.CudaProbe;
import java.util.List;

/**
 * What was found of GPUs; looking never fails.
 *
 * @param driver its version, or one sentence that says what is missing
 * @param devices each with name, capability and free memory, or why it was refused
 * @param libraries NVIDIA's optional libraries, each with what was found
 * @param natives native files that come with the program: name, where they are placed, SHA-256
 */
public record GpuProbe(
    String driver, List<String> devices, List<String> libraries, List<String> natives) {
  public GpuProbe {
    devices = List.copyOf(devices);
    libraries = List.copyOf(libraries);
    natives = List.copyOf(natives);
  }

  static GpuProbe run() {
    CudaProbe probe = CudaProbe.run();
    return new GpuProbe(
        probe.driver(),
        probe.devices().stream().map(device -> device.ordinal() + ": " + device.finding()).toList(),
        probe.libraries().stream()
            .map(library ->
                "%s (%s, optional): %s"
                    .formatted(library.name(), library.purpose(), library.finding()))
            .toList(),
        probe.natives());
  }
}
