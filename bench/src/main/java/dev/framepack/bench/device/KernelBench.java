package dev.framepack.bench.device;

import dev.framepack.kernels.Executable;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.conformance.OpCase;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.gpu.GpuTimer;
import dev.framepack.kernels.op.Cost;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Times single operations on a device. Operands are made there, normal, new for every case. */
public final class KernelBench implements AutoCloseable {
  private static final int MAX_RUNS = 20;
  private static final int MIN_RUNS = 3;
  private static final float BUDGET_MILLISECONDS = 400;

  /**
   * One row.
   *
   * @param kernels that ran, in order
   * @param milliseconds of each run, sorted
   * @param cost of the operation
   */
  public record Row(List<String> kernels, float[] milliseconds, Cost cost) {

    /** Milliseconds at a quantile, 0 to 1. */
    public float quantile(double q) {
      return milliseconds[(int) Math.round(q * (milliseconds.length - 1))];
    }

    /** Tera floating-point operations a second, at the median. */
    public double teraflops() {
      return cost.flops() / (quantile(0.5) * 1e9);
    }

    /** Gigabytes a second, least traffic counted, at the median. */
    public double gigabytesPerSecond() {
      return cost.bytes() / (quantile(0.5) * 1e6);
    }
  }

  private final GpuBackend backend;
  private final GpuTimer timer;

  public KernelBench(GpuBackend backend) {
    this.backend = backend;
    this.timer = backend.timer();
  }

  /** The rows at one scale: every operation in every type it takes. */
  public static List<OpCase> cases(BenchScale scale) {
    return Stream.concat(KernelBenchCases.all(scale).stream(), VolumeBenchCases.all(scale).stream())
        .flatMap(entry ->
            Stream.concat(
                Stream.of(entry),
                Stream.of(DType.BF16, DType.F16).flatMap(t -> entry.in(t).stream())))
        .toList();
  }

  /** Times one case. */
  public Row run(OpCase entry) {
    List<TensorType> types = new ArrayList<>(entry.inputTypes());
    types.add(entry.outputType());
    long bytes = types.stream().mapToLong(type -> TensorArena.align(type.byteSize())).sum();
    try (TensorArena arena = backend.arena("bench", bytes)) {
      List<Tensor> inputs = new ArrayList<>();
      for (int i = 0; i < entry.operands().size(); i++) {
        inputs.add(operand(arena, entry, i));
      }
      Tensor output =
          entry.overwrites() < 0
              ? arena.allocate("output", entry.outputType())
              : inputs.get(entry.overwrites());
      OpCall call = new OpCall(entry.op(), inputs, output, "bench");
      try (Executable program = backend.prepare(List.of(call))) {
        float first = timer.milliseconds(program, 1)[0];
        int runs = Math.clamp((long) (BUDGET_MILLISECONDS / first), MIN_RUNS, MAX_RUNS);
        return new Row(
            GpuBackend.kernelsOf(program),
            timer.milliseconds(program, runs),
            entry.op().cost(entry.inputTypes()));
      }
    }
  }

  /** What a case launches on a device, without running it. */
  public static List<String> kernels(GpuBackend backend, OpCase entry) {
    List<TensorType> types = new ArrayList<>(entry.inputTypes());
    types.add(entry.outputType());
    long bytes = types.stream().mapToLong(type -> TensorArena.align(type.byteSize())).sum();
    try (TensorArena arena = backend.arena("plan", bytes)) {
      List<Tensor> inputs = new ArrayList<>();
      for (int i = 0; i < entry.operands().size(); i++) {
        Tensor input = arena.allocate("input" + i, entry.inputTypes().get(i));
        inputs.add(entry.operands().get(i).constant() ? input.asConstant() : input);
      }
      Tensor output =
          entry.overwrites() < 0
              ? arena.allocate("output", entry.outputType())
              : inputs.get(entry.overwrites());
      OpCall call = new OpCall(entry.op(), inputs, output, "plan");
      try (Executable program = backend.prepare(List.of(call))) {
        return GpuBackend.kernelsOf(program);
      }
    }
  }

  private Tensor operand(TensorArena arena, OpCase entry, int index) {
    TensorType type = entry.inputTypes().get(index);
    Tensor tensor = arena.allocate("input" + index, type);
    if (type.dtype().isFloating()) {
      backend.fillNormal(tensor, index + 1, 1f);
    } else {
      try (Arena host = Arena.ofConfined()) {
        MemorySegment values = host.allocate(type.byteSize(), 64);
        entry.fill(index, values);
        backend.upload(values, tensor);
      }
    }
    boolean constant = entry.operands().get(index).constant();
    return constant ? tensor.asConstant() : tensor;
  }

  @Override
  public void close() {
    timer.close();
  }
}
