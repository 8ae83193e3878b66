package dev.framepack.kernels.emulator;

import dev.framepack.kernels.emulator.EmulationException.Kind;
import dev.framepack.kernels.emulator.exec.Execution;
import dev.framepack.kernels.emulator.exec.LaunchContext;
import dev.framepack.kernels.emulator.exec.LaunchRunner;
import dev.framepack.kernels.emulator.exec.Program;
import dev.framepack.kernels.emulator.memory.Bytes;
import dev.framepack.kernels.emulator.memory.OperandMap;
import dev.framepack.kernels.emulator.parse.PtxEntry;
import dev.framepack.kernels.emulator.parse.PtxType;
import dev.framepack.kernels.emulator.parse.PtxVariable;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.device.Launch;
import dev.framepack.kernels.gpu.device.PreparedLaunch;
import java.util.List;

/** A launch whose geometry and arguments fit its kernel and device. */
final class PreparedEmulation implements PreparedLaunch {
  private final EmulatedDevice device;
  private final Launch launch;
  private final LaunchRunner runner;
  private final String label;
  private final int sharedBytes;
  private final byte[] parameters;

  /**
   * @throws EmulationException of kind LAUNCH
   */
  PreparedEmulation(EmulatedDevice device, Launch launch) {
    this.device = device;
    this.launch = launch;
    if (!(launch.function() instanceof EmulatedFunction function) || function.device() != device) {
      throw new IllegalArgumentException(
          "launch of " + launch.function().name() + ": the function belongs to another device");
    }
    this.runner = function.runner();
    PtxEntry entry = runner.program().entry();
    this.label =
        launch.label().isEmpty() ? entry.name() : entry.name() + " (" + launch.label() + ")";
    int dynamic = launch.sharedBytes();
    this.sharedBytes =
        dynamic == 0 ? entry.staticSharedBytes() : Program.dynamicSharedOffset(entry) + dynamic;
    checkGeometry(entry);
    this.parameters = parameters(entry, launch.arguments());
  }

  private void checkGeometry(PtxEntry entry) {
    Dim3 block = launch.block();
    Dim3 grid = launch.grid();
    int limit = device.options().sharedBytesPerBlock();
    require(sharedBytes <= limit, "shared memory", limit + " bytes at most", sharedBytes);
    require(
        entry.staticSharedBytes() <= 48 * 1024,
        "static shared memory",
        "48 KiB at most",
        entry.staticSharedBytes());
    require(block.count() <= 1024, "block", "1024 threads at most", block.count());
    require(grid.y() <= 65535 && grid.z() <= 65535, "grid", "65535 in y and z at most", grid);
    if (!entry.requiredThreads().isEmpty()) {
      require(
          block.equals(dim(entry.requiredThreads())),
          "block",
          ".reqntid " + entry.requiredThreads(),
          block);
    }
    if (!entry.maxThreads().isEmpty()) {
      long most = dim(entry.maxThreads()).count();
      require(block.count() <= most, "block", ".maxntid " + entry.maxThreads(), block);
    }
    int[] cluster = runner.clusterSize();
    require(
        grid.x() % cluster[0] == 0 && grid.y() % cluster[1] == 0 && grid.z() % cluster[2] == 0,
        "grid",
        "multiples of the cluster " + entry.clusterSize(),
        grid);
    require(
        cluster[0] * cluster[1] * cluster[2] <= 8,
        "cluster",
        "8 blocks at most",
        entry.clusterSize());
  }

  private static Dim3 dim(List<Integer> sizes) {
    return Dim3.of(
        sizes.get(0), sizes.size() > 1 ? sizes.get(1) : 1, sizes.size() > 2 ? sizes.get(2) : 1);
  }

  private void require(boolean holds, String what, String expected, Object found) {
    if (!holds) {
      throw new EmulationException(
          Kind.LAUNCH, "%s: %s: expected %s, found %s".formatted(label, what, expected, found));
    }
  }

  private byte[] parameters(PtxEntry entry, List<KernelArgument> arguments) {
    List<PtxVariable> declared = entry.parameters();
    require(
        declared.size() == arguments.size(),
        "arguments",
        declared.size() + " (" + declared.stream().map(PtxVariable::name).toList() + ")",
        arguments.size());
    byte[] bytes = new byte[Math.max(entry.parameterBytes(), 1)];
    for (int i = 0; i < arguments.size(); i++) {
      PtxVariable parameter = declared.get(i);
      int at = parameter.byteOffset();
      String what = "argument " + i + " (" + parameter.name() + " " + parameter.type() + ")";
      PtxType type = parameter.type();
      switch (arguments.get(i)) {
        case KernelArgument.Operand operand -> {
          require(type.bits() == 64 && !type.isFloat(), what, "no address", operand);
          Bytes.putLong(bytes, at, operand.address());
        }
        case KernelArgument.Int64(long value) -> {
          require(type.bits() == 64 && !type.isFloat(), what, "no 64-bit integer", value);
          Bytes.putLong(bytes, at, value);
        }
        case KernelArgument.Int32(int value) -> {
          require(type.bits() == 32 && !type.isFloat(), what, "no 32-bit integer", value);
          Bytes.putInt(bytes, at, value);
        }
        case KernelArgument.Float32(float value) -> {
          require(type == PtxType.F32 || type == PtxType.B32, what, "no float", value);
          Bytes.putInt(bytes, at, Float.floatToRawIntBits(value));
        }
        case KernelArgument.TensorMap map ->
            require(
                parameter.byteSize() == 128 && parameter.alignment() >= 64,
                what,
                "no tensor map; it is .align 64 .b8[128]",
                map.memory());
      }
    }
    return bytes;
  }

  /** Runs it, and checks its outputs. */
  void run() {
    EmulatorOptions options = device.options();
    boolean manyBlocks = launch.grid().count() > 1 && !runner.program().globalAtomics();
    int granule = manyBlocks ? runner.program().globalGranule() : 0;
    OperandMap operands =
        new OperandMap(device.memory(), label, launch.arguments(), options.checks(), granule);
    long start = System.nanoTime();
    LaunchContext context =
        new LaunchContext(
            label,
            runner.program(),
            launch.grid(),
            launch.block(),
            parameters,
            launch.arguments(),
            operands,
            options);
    Execution execution = runner.run(context, sharedBytes, device.workers());
    operands.finish(label);
    device.report(
        new LaunchReport(label, launch, runner.program(), execution, System.nanoTime() - start));
  }

  @Override
  public Launch launch() {
    return launch;
  }

  @Override
  public void close() {}
}
