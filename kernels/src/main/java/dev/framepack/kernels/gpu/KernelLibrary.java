package dev.framepack.kernels.gpu;

import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.gpu.device.DeviceFunction;
import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.Launch;
import dev.framepack.kernels.gpu.device.MatrixLibrary;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.gpu.ptx.PtxTemplate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Kernels of one device, each loaded at first use, and how often each has run. */
final class KernelLibrary {
  private final Device device;
  private final Map<PtxKernel, DeviceFunction> functions = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> launchCounts = new ConcurrentHashMap<>();
  private final LongAdder operationsRun = new LongAdder();

  private final @Nullable MatrixLibrary matrixLibrary;

  /**
   * @param matrixLibrary serves Linear; null for own kernels
   */
  KernelLibrary(Device device, @Nullable MatrixLibrary matrixLibrary) {
    this.device = device;
    this.matrixLibrary = matrixLibrary;
  }

  @Nullable MatrixLibrary matrixLibrary() {
    return matrixLibrary;
  }

  DeviceFunction function(PtxKernel kernel) {
    return functions.computeIfAbsent(kernel, this::load);
  }

  private DeviceFunction load(PtxKernel kernel) {
    if (device instanceof PlanningDevice planning) {
      return planning.function(kernel.name()); // nothing runs there, so the text can be spared
    }
    PtxTemplate.Expanded ptx = PtxTemplate.expand(kernel);
    try {
      return device.load(ptx.text(), kernel.name());
    } catch (DeviceException e) {
      String log = ptx.annotate(String.valueOf(e.getMessage()));
      throw new DeviceException(kernel + ": " + log, e.isSticky(), e);
    }
  }

  void runOnce(List<Launch> launches) {
    if (launches.isEmpty()) {
      return;
    }
    try (DeviceGraph graph = device.record(launches);
        DeviceStream stream = device.openStream("once")) {
      stream.replay(graph);
      stream.synchronize();
    }
    launches.forEach(launch -> counter(launch.function().name()).increment());
  }

  LongAdder counter(String kernelName) {
    return launchCounts.computeIfAbsent(kernelName, ignored -> new LongAdder());
  }

  /** Operations run, by whatever kernels. */
  LongAdder operationsRun() {
    return operationsRun;
  }

  Map<String, LongAdder> launchCounts() {
    return launchCounts;
  }
}
