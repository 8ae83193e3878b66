package dev.framepack.kernels.conformance.pack;

import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceFunction;
import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.device.KernelArgument.TensorMap;
import dev.framepack.kernels.gpu.device.Launch;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.gpu.ptx.PtxTemplate;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Runs micro-kernels on a device. */
public final class MicroRunner {
  private MicroRunner() {}

  /** True when the device can run the kernel. */
  public static boolean supports(Device device, PtxKernel kernel) {
    return switch (kernel.arch()) {
      case SM_80 -> device.info().computeCapability() >= 80;
      case SM_90A -> device.info().computeCapability() == 90 && device.info().archSpecific();
    };
  }

  /** The output words. */
  public static int[] run(Device device, MicroKernel micro) {
    PtxKernel kernel = micro.kernel();
    DeviceFunction function = device.load(PtxTemplate.expand(kernel).text(), kernel.name());
    long inputBytes = 4L * micro.input().length;
    long outputBytes = 4L * micro.outputSize();
    try (DeviceMemory input = device.allocate(kernel.name() + " input", inputBytes);
        DeviceMemory output = device.allocate(kernel.name() + " output", outputBytes);
        Arena arena = Arena.ofConfined()) {
      device.upload(MemorySegment.ofArray(micro.input()), input.address());
      List<KernelArgument> arguments = new ArrayList<>();
      arguments.add(KernelArgument.read(input.address(), inputBytes));
      arguments.add(KernelArgument.write(output.address(), outputBytes));
      MicroKernel.Map map = micro.map();
      if (map != null) {
        arguments.add(tensorMap(map, input, output));
      }
      Launch launch =
          new Launch(
              function,
              Dim3.of(micro.blocks()),
              Dim3.of(kernel.threads()),
              0,
              arguments,
              "conformance pack");
      try (DeviceGraph graph = device.record(List.of(launch));
          DeviceStream stream = device.openStream("conformance pack")) {
        stream.replay(graph);
        stream.synchronize();
      }
      MemorySegment host = arena.allocate(outputBytes, 4);
      device.download(output.address(), host);
      return host.toArray(ValueLayout.JAVA_INT);
    }
  }

  private static TensorMap tensorMap(MicroKernel.Map map, DeviceMemory input, DeviceMemory output) {
    DeviceMemory memory = map.store() ? output : input;
    long bytes = (long) map.rows() * map.rowBytes();
    long address = memory.address() + map.byteOffset();
    return new TensorMap(
        TensorMap.ElementType.BFLOAT16,
        map.store()
            ? new KernelArgument.Operand(address, bytes, KernelArgument.Access.WRITE)
            : new KernelArgument.Operand(address, bytes, KernelArgument.Access.READ),
        new long[] {map.columns(), map.rows()},
        new long[] {map.rowBytes()},
        new int[] {map.boxColumns(), map.boxRows()},
        map.swizzle());
  }
}
