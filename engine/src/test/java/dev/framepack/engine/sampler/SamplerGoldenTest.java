package dev.framepack.engine.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.GoldenData;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Samplers against traces of the reference on its toy model {@code x0(x, s) = a (1 - s) + 0.3
 * tanh(x) s}.
 */
class SamplerGoldenTest {
  private static final Map<String, float[]> GOLDEN = GoldenData.floats("samplers");

  /** Linear algebra on plain arrays. */
  private static final class ArrayAlgebra implements LatentAlgebra<float[]> {
    private final int elements;

    ArrayAlgebra(int elements) {
      this.elements = elements;
    }

    @Override
    public float[] allocate() {
      return new float[elements];
    }

    @Override
    public void combine(float[] target, double[] coefficients, List<float[]> terms) {
      for (int i = 0; i < elements; i++) {
        double sum = 0;
        for (int k = 0; k < coefficients.length; k++) {
          sum += coefficients[k] * terms.get(k)[i];
        }
        target[i] = (float) sum;
      }
    }
  }

  private static Denoiser<float[]> toyModel(SigmaSchedule schedule) {
    float[] a = GOLDEN.get("a");
    return (step, x, velocity) -> {
      double sigma = schedule.sigma(step);
      for (int i = 0; i < a.length; i++) {
        double x0 = a[i] * (1 - sigma) + 0.3 * Math.tanh(x[i]) * sigma;
        velocity[i] = (float) ((x[i] - x0) / sigma);
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"1,0.5", "2,0.5", "4,0.5", "25,0.5", "1,1.9459", "2,1.9459", "4,1.9459", "25,1.9459"})
  void samplersFollowTheReference(int steps, String mu) {
    String key = "n%d.mu%.4f".formatted(steps, Double.parseDouble(mu));
    double exactMu = mu.startsWith("1.9") ? SigmaSchedule.MAX_MU : Double.parseDouble(mu);
    SigmaSchedule schedule = SigmaSchedule.exponentialShift(steps, exactMu);
    assertSigmas(schedule, GOLDEN.get(key + ".sigmas"));
    assertSigmas(schedule, GOLDEN.get(key + ".euler.sigmas"));
    float[] timesteps = GOLDEN.get(key + ".euler.timesteps");
    assertThat(GoldenData.relativeL2(schedule.timesteps(), timesteps)).isLessThan(1e-6);
    assertSampler(new EulerFlowMatching(), schedule, key + ".euler");
    for (UniPcFlowMatching.Variant variant : UniPcFlowMatching.Variant.values()) {
      UniPcFlowMatching sampler = new UniPcFlowMatching(variant);
      assertSampler(sampler, schedule, key + "." + sampler.name().replace('-', '.'));
    }
  }

  private static void assertSigmas(SigmaSchedule schedule, float[] expected) {
    float[] found = new float[schedule.steps() + 1];
    for (int i = 0; i < found.length; i++) {
      found[i] = (float) schedule.sigma(i);
    }
    assertThat(GoldenData.relativeL2(found, expected)).isLessThan(1e-6);
  }

  private static void assertSampler(Sampler sampler, SigmaSchedule schedule, String key) {
    float[] expectedTrace = GOLDEN.get(key + ".trace");
    float[] start = GOLDEN.get("x").clone();
    int elements = start.length;
    float[] trace = new float[schedule.steps() * elements];
    float[] result =
        sampler.sample(
            schedule,
            start,
            toyModel(schedule),
            new ArrayAlgebra(elements),
            (x, step) -> System.arraycopy(x, 0, trace, step * elements, elements));
    assertThat(GoldenData.relativeL2(trace, expectedTrace)).as(key + ".trace").isLessThan(1e-5);
    assertThat(GoldenData.relativeL2(result, GOLDEN.get(key))).as(key).isLessThan(1e-5);
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "4", "25"})
  void staticShiftFollowsTheReference(int steps) {
    assertSigmas(
        SigmaSchedule.staticShift(steps, 7),
        GOLDEN.get("n%d.static7.euler.sigmas".formatted(steps)));
  }

  @Test
  void muFollowsTheLineAndIsCapped() {
    SigmaSchedule.ShiftLine line = SigmaSchedule.ShiftLine.STANDARD;
    assertThat(line.mu(256)).isEqualTo(0.5);
    assertThat(line.mu(4096)).isEqualTo(1.15);
    assertThat(line.mu(1_000_000)).isEqualTo(Math.log(7));
  }
}
