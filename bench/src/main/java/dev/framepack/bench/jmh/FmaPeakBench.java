package dev.framepack.bench.jmh;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The most multiply-adds two threads can do, all operands in registers: what matrix products are
 * measured against. The score is vector operations per nanosecond over both threads; times two and
 * the lanes of a vector (16 with AVX-512) it is GFLOP/s.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Threads(2)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class FmaPeakBench {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int ROUNDS = 10_000;
  private static final int CHAINS = 12;

  public float multiplier = 0.5f;
  public float addend = 0.25f;

  @Benchmark
  @OperationsPerInvocation(ROUNDS * CHAINS)
  public float multiplyAdd() {
    FloatVector m = FloatVector.broadcast(SPECIES, multiplier);
    FloatVector s0 = FloatVector.broadcast(SPECIES, addend);
    FloatVector s1 = s0.add(1f);
    FloatVector s2 = s0.add(2f);
    FloatVector s3 = s0.add(3f);
    FloatVector s4 = s0.add(4f);
    FloatVector s5 = s0.add(5f);
    FloatVector s6 = s0.add(6f);
    FloatVector s7 = s0.add(7f);
    FloatVector s8 = s0.add(8f);
    FloatVector s9 = s0.add(9f);
    FloatVector s10 = s0.add(10f);
    FloatVector s11 = s0.add(11f);
    for (int i = 0; i < ROUNDS; i++) {
      s0 = s0.fma(m, m);
      s1 = s1.fma(m, m);
      s2 = s2.fma(m, m);
      s3 = s3.fma(m, m);
      s4 = s4.fma(m, m);
      s5 = s5.fma(m, m);
      s6 = s6.fma(m, m);
      s7 = s7.fma(m, m);
      s8 = s8.fma(m, m);
      s9 = s9.fma(m, m);
      s10 = s10.fma(m, m);
      s11 = s11.fma(m, m);
    }
    FloatVector low = s0.add(s1).add(s2).add(s3).add(s4).add(s5);
    FloatVector high = s6.add(s7).add(s8).add(s9).add(s10).add(s11);
    float sum = low.add(high).reduceLanes(VectorOperators.ADD);
    if (!(Math.abs(sum - CHAINS * SPECIES.length()) < 1e-2)) { // x = x / 2 + 1 / 2 settles at one
      throw new IllegalStateException("fma peak: lanes must settle at 1, found a sum of " + sum);
    }
    return sum;
  }
}
