package dev.framepack.kernels.cpu.vector;

import static dev.framepack.kernels.cpu.vector.VectorSupport.FLOAT;

import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.tensor.Shape;
import java.lang.foreign.MemorySegment;

/**
 * Reductions to few values: float64 sums over chunks of fixed size, added in order, so the result
 * does not depend on the threads.
 */
final class ReductionKernels {
  private static final int CHUNK = Split.CHUNK;
  private static final int COLUMNS_PER_TASK = 32;

  private ReductionKernels() {}

  /** A sample without a kept row yields NaN, as the division of zero by zero in PyTorch. */
  static Runnable maskedMean(OpCall call, KernelContext context) {
    Shape shape = call.input(0).shape(); // [B, N, D]
    int tokens = shape.size(1);
    int width = shape.size(2);
    MemorySegment x = call.input(0).hostSegment();
    MemorySegment mask = call.input(1).hostSegment(); // [B, N]
    MemorySegment y = call.output().hostSegment(); // [B, D]
    return Split.tasks(
        context,
        call.output().shape().elementCount(),
        COLUMNS_PER_TASK,
        (first, count) -> {
          for (long i = first; i < first + count; i++) {
            long firstToken = i / width * tokens;
            double sum = 0;
            double kept = 0;
            for (long token = firstToken; token < firstToken + tokens; token++) {
              double weight = mask.get(FLOAT, 4 * token);
              sum += weight * x.get(FLOAT, 4 * (token * width + i % width));
              kept += weight;
            }
            y.set(FLOAT, 4 * i, (float) (sum / kept));
          }
        });
  }

  static Runnable relativeL1(OpCall call, KernelContext context) {
    MemorySegment a = call.input(0).hostSegment();
    MemorySegment b = call.input(1).hostSegment();
    MemorySegment y = call.output().hostSegment(); // [1]
    long elements = call.input(0).shape().elementCount();
    double[] differences = new double[chunks(elements)];
    double[] magnitudes = new double[chunks(elements)];
    Runnable chunks =
        Split.elements(
            context,
            elements,
            (first, count) -> {
              double difference = 0;
              double magnitude = 0;
              for (int i = 0; i < count; i++) {
                double reference = b.get(FLOAT, 4 * (first + i));
                difference += Math.abs(a.get(FLOAT, 4 * (first + i)) - reference);
                magnitude += Math.abs(reference);
              }
              differences[(int) (first / CHUNK)] = difference;
              magnitudes[(int) (first / CHUNK)] = magnitude;
            });
    return () -> {
      chunks.run();
      double ratio =
          sum(differences, 0, differences.length) / sum(magnitudes, 0, magnitudes.length);
      y.set(FLOAT, 0, (float) ratio);
    };
  }

  static Runnable guidanceRescale(OpCall call, KernelContext context) {
    Shape shape = call.output().shape(); // [B, ...]
    int batch = shape.size(0);
    long sample = shape.product(1, shape.rank());
    MemorySegment rescale = call.input(0).hostSegment(); // [1]
    MemorySegment guided = call.input(1).hostSegment();
    MemorySegment positive = call.input(2).hostSegment();
    MemorySegment y = call.output().hostSegment();
    SampleDeviation guidedDeviation = new SampleDeviation(guided, batch, sample, context);
    SampleDeviation positiveDeviation = new SampleDeviation(positive, batch, sample, context);
    float[] factors = new float[batch];
    Runnable scaling =
        Split.elements(
            context,
            shape.elementCount(),
            (first, count) -> {
              for (long i = first; i < first + count; i++) {
                y.set(FLOAT, 4 * i, guided.get(FLOAT, 4 * i) * factors[(int) (i / sample)]);
              }
            });
    return () -> {
      guidedDeviation.run();
      positiveDeviation.run();
      double r = rescale.get(FLOAT, 0);
      for (int b = 0; b < batch; b++) {
        double ratio = positiveDeviation.value(b) / guidedDeviation.value(b);
        factors[b] = (float) (r * ratio + (1 - r));
      }
      scaling.run();
    };
  }

  /** Unbiased standard deviation of every sample, as {@code torch.std}. */
  private static final class SampleDeviation {
    private final int batch;
    private final long sample;
    private final int chunksPerSample;
    private final double[] partial;
    private final double[] means;
    private final double[] values;
    private final Runnable sums;
    private final Runnable squares;

    SampleDeviation(MemorySegment x, int batch, long sample, KernelContext context) {
      this.batch = batch;
      this.sample = sample;
      chunksPerSample = chunks(sample);
      double[] sumsOfChunks = new double[batch * chunksPerSample];
      double[] sampleMeans = new double[batch];
      partial = sumsOfChunks;
      means = sampleMeans;
      values = new double[batch];
      sums =
          Split.tasks(
              context,
              partial.length,
              1,
              (chunk, one) -> sumsOfChunks[(int) chunk] = chunkSum(x, chunk));
      squares =
          Split.tasks(
              context,
              partial.length,
              1,
              (chunk, one) ->
                  sumsOfChunks[(int) chunk] =
                      chunkSquares(x, chunk, sampleMeans[(int) (chunk / chunksPerSample)]));
    }

    private double chunkSum(MemorySegment x, long chunk) {
      double sum = 0;
      for (long i = first(chunk); i < end(chunk); i++) {
        sum += x.get(FLOAT, 4 * i);
      }
      return sum;
    }

    private double chunkSquares(MemorySegment x, long chunk, double mean) {
      double sum = 0;
      for (long i = first(chunk); i < end(chunk); i++) {
        double difference = x.get(FLOAT, 4 * i) - mean;
        sum += difference * difference;
      }
      return sum;
    }

    private long first(long chunk) {
      return chunk / chunksPerSample * sample + chunk % chunksPerSample * CHUNK;
    }

    private long end(long chunk) {
      return Math.min(first(chunk) + CHUNK, (chunk / chunksPerSample + 1) * sample);
    }

    void run() {
      sums.run();
      for (int b = 0; b < batch; b++) {
        means[b] = sum(partial, b * chunksPerSample, chunksPerSample) / sample;
      }
      squares.run();
      for (int b = 0; b < batch; b++) {
        double total = sum(partial, b * chunksPerSample, chunksPerSample);
        values[b] = Math.sqrt(total / (sample - 1));
      }
    }

    double value(int b) {
      return values[b];
    }
  }

  private static int chunks(long elements) {
    return Math.toIntExact(Math.ceilDiv(elements, (long) CHUNK));
  }

  private static double sum(double[] values, int first, int count) {
    double sum = 0;
    for (int i = first; i < first + count; i++) {
      sum += values[i];
    }
    return sum;
  }
}
