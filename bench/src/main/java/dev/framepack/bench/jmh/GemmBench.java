package dev.framepack.bench.jmh;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.Executable;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
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

/**
 * The matrix products of a transformer block, x {@code [L, K]} times a constant W {@code [N, K]}:
 * (3D, D), (4D, D) and (D, 5D) for sizes tiny (L 264, D 128) and mid (L 864, D 512). Arithmetic per
 * second is 2 L N K over the time.
 */
@State(Scope.Benchmark)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "-Xmx1g"
    })
public class GemmBench {
  /** L, N, K. */
  @Param({
    "264 384 128",
    "264 512 128",
    "264 128 640",
    "864 1536 512",
    "864 2048 512",
    "864 512 2560"
  })
  public String shape = "";

  @Param("2")
  public int threads;

  private Operands operands;
  private Backend backend;
  private Executable product;

  @Setup
  public void prepare() {
    int[] s = Arrays.stream(shape.split(" ")).mapToInt(Integer::parseInt).toArray();
    operands = new Operands(1L << 26);
    backend = new VectorBackend(threads);
    Tensor x = operands.normal(s[0], s[2]);
    Tensor weight = operands.normal(s[1], s[2]).asConstant();
    Tensor y = operands.empty(s[0], s[1]);
    product =
        backend.prepare(
            List.of(new OpCall(Linear.plain(false), List.of(x, weight), y, "gemm " + shape)));
    product.run();
    check(x, weight, y, s[1], s[2]);
  }

  /** Every 97th element against a sum in float64. */
  private void check(Tensor x, Tensor weight, Tensor y, int n, int k) {
    for (long i = 0; i < y.shape().elementCount(); i += 97) {
      double sum = 0;
      for (int j = 0; j < k; j++) {
        sum += Operands.at(x, i / n * k + j) * Operands.at(weight, i % n * k + j);
      }
      Operands.check("gemm " + shape, i, sum, Operands.at(y, i), 1e-5 * Math.sqrt(k));
    }
  }

  @Benchmark
  public void run() {
    product.run();
  }

  @TearDown
  public void close() {
    backend.close();
    operands.close();
  }
}
