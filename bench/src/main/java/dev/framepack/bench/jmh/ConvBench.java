package dev.framepack.bench.jmh;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.Executable;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import dev.framepack.kernels.op.CausalConv3d;
import dev.framepack.kernels.op.Op;
import dev.framepack.kernels.op.UpsampleConv3d;
import dev.framepack.kernels.tensor.HostArena;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The 3x3x3 convolutions of one window of the decoder, sizes tiny and mid. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "-Xmx1g"
    })
public class ConvBench {
  /** Input channels, output channels, frames, rows, columns; "up" for an upsampling one. */
  @Param({
    "64 64 5 8 8",
    "32 32 5 16 16",
    "16 16 9 32 32",
    "16 8 17 64 64",
    "8 8 17 64 64",
    "8 3 17 64 64",
    "64 64 5 8 8 up 1 2",
    "32 32 5 16 16 up 2 2",
    "16 16 9 32 32 up 2 2",
    "128 128 5 16 16",
    "128 128 5 32 32",
    "64 64 9 64 64",
    "64 32 17 128 128",
    "32 32 17 128 128",
    "128 128 5 16 16 up 1 2",
    "128 128 5 32 32 up 2 2",
    "64 64 9 64 64 up 2 2",
  })
  public String shape = "";

  @Param("2")
  public int threads;

  private Backend backend;
  private HostArena arena;
  private Executable convolution;

  @Setup
  public void prepare() {
    String[] parts = shape.split(" up ");
    long[] s = numbers(parts[0]);
    Op op = CausalConv3d.unstrided();
    if (parts.length == 2) {
      long[] scale = numbers(parts[1]);
      op = new UpsampleConv3d((int) scale[0], (int) scale[1]);
    }
    arena = new HostArena("bench", 1L << 30);
    backend = new VectorBackend(threads);
    Tensor x = random(1, s[0], s[2], s[3], s[4]);
    Tensor weight = random(s[1], s[0], 3, 3, 3).asConstant();
    Tensor bias = random(s[1]).asConstant();
    Tensor y = arena.allocate("y", op.infer(List.of(x.type(), weight.type(), bias.type())));
    convolution = backend.prepare(List.of(new OpCall(op, List.of(x, weight, bias), y, shape)));
  }

  private static long[] numbers(String text) {
    return Arrays.stream(text.split(" ")).mapToLong(Long::parseLong).toArray();
  }

  private Tensor random(long... dims) {
    SplittableRandom random = new SplittableRandom(0);
    Tensor tensor = arena.allocate("x", TensorType.f32(dims));
    for (long i = 0; i < tensor.shape().elementCount(); i++) {
      tensor.hostSegment().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
    }
    return tensor;
  }

  @Benchmark
  public void run() {
    convolution.run();
  }

  @TearDown
  public void close() {
    backend.close();
    arena.close();
  }
}
