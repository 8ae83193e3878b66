package dev.framepack.bench;

import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.WeightStore;
import dev.framepack.kernels.Backend;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;

/** Weights drawn like the reference's: matrices normal with variance 1 / inputs, vectors 0.02. */
public final class RandomWeights {
  private static final float VECTOR_VALUE = 0.02f;

  private RandomWeights() {}

  /** Weights for every parameter of a model. */
  public static WeightStore of(String component, List<Parameter> parameters, Backend backend) {
    return ArenaWeightStore.load(component, parameters, RandomWeights::fill, backend);
  }

  private static void fill(Parameter parameter, MemorySegment target) {
    int rank = parameter.shape().rank();
    double deviation = 1 / Math.sqrt(Math.max(1, parameter.shape().product(1, rank)));
    SplittableRandom random = new SplittableRandom(parameter.name().hashCode());
    for (long i = 0; i < target.byteSize(); i += Float.BYTES) {
      float value = rank >= 2 ? (float) (random.nextGaussian() * deviation) : VECTOR_VALUE;
      target.set(ValueLayout.JAVA_FLOAT, i, value);
    }
  }

  /** Standard normal values. */
  public static float[] normal(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
