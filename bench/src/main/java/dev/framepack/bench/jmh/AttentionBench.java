package dev.framepack.bench.jmh;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.Executable;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import dev.framepack.kernels.op.Attention;
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

/** Attention of a transformer block without a mask, sizes tiny and mid. */
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
public class AttentionBench {
  /** Tokens, heads, head dimension. */
  @Param({"264 4 32", "864 8 64"})
  public String shape = "";

  @Param("2")
  public int threads;

  private Operands operands;
  private Backend backend;
  private Executable attention;

  @Setup
  public void prepare() {
    int[] s = Arrays.stream(shape.split(" ")).mapToInt(Integer::parseInt).toArray();
    operands = new Operands(1L << 26);
    backend = new VectorBackend(threads);
    Tensor q = operands.normal(1, s[0], s[1], s[2]);
    Tensor k = operands.normal(1, s[0], s[1], s[2]);
    Tensor v = operands.normal(1, s[0], s[1], s[2]);
    Tensor y = operands.empty(1, s[0], s[1], s[2]);
    Attention op = Attention.of(Attention.Mask.NONE, (float) (1 / Math.sqrt(s[2])));
    attention = backend.prepare(List.of(new OpCall(op, List.of(q, k, v), y, "attention " + shape)));
    attention.run();
    for (long row = 0; row < (long) s[0] * s[1]; row += 97) {
      checkRow(q, k, v, y, row, s);
    }
  }

  /** One query of one head against a softmax in float64. */
  private void checkRow(Tensor q, Tensor k, Tensor v, Tensor y, long row, int[] s) {
    int d = s[2];
    long head = row % s[1];
    double total = 0;
    double[] expected = new double[d];
    for (int key = 0; key < s[0]; key++) {
      long keyOffset = (key * (long) s[1] + head) * d;
      double score = 0;
      for (int i = 0; i < d; i++) {
        score += Operands.at(q, row * d + i) * Operands.at(k, keyOffset + i);
      }
      double weight = Math.exp(score / Math.sqrt(d));
      total += weight;
      for (int i = 0; i < d; i++) {
        expected[i] += weight * Operands.at(v, keyOffset + i);
      }
    }
    for (int i = 0; i < d; i++) {
      long index = row * d + i;
      Operands.check("attention " + shape, index, expected[i] / total, Operands.at(y, index), 1e-5);
    }
  }

  @Benchmark
  public void run() {
    attention.run();
  }

  @TearDown
  public void close() {
    backend.close();
    operands.close();
  }
}
