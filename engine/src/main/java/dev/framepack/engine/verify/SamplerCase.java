package dev.framepack.engine.verify;

import dev.framepack.engine.SamplerKind;
import dev.framepack.engine.sampler.Denoiser;
import dev.framepack.engine.sampler.LatentAlgebra;
import dev.framepack.engine.sampler.SigmaSchedule;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Samplers on the toy model {@code x0(x, s) = a (1 - s) + 0.3 tanh(x) s}, with every intermediate
 * state.
 */
final class SamplerCase implements GoldenCase {
  private static final Pattern SCHEDULE = Pattern.compile("(n(\\d+)\\.mu([\\d.]+))\\.sigmas");
  private static final Pattern STATIC =
      Pattern.compile("n(\\d+)\\.static([\\d.]+)\\.euler\\.sigmas");
  private static final double PRINTED_PRECISION = 5e-5;

  @Override
  public boolean recognises(Path folder) {
    return Contents.of(folder).stream().anyMatch(name -> SCHEDULE.matcher(name).matches());
  }

  @Override
  public void run(Path folder, Subject subject, Report report) {
    GoldenTensors golden = new GoldenTensors(folder);
    for (String name : golden.names()) {
      Matcher shifted = SCHEDULE.matcher(name);
      Matcher fixed = STATIC.matcher(name);
      if (shifted.matches()) {
        checkSamplers(golden, shifted, report);
      } else if (fixed.matches()) {
        SigmaSchedule schedule =
            SigmaSchedule.staticShift(
                Integer.parseInt(fixed.group(1)), Double.parseDouble(fixed.group(2)));
        report.check(name, sigmas(schedule), golden.floats(name), MODULE_TOLERANCE);
      }
    }
  }

  private static void checkSamplers(GoldenTensors golden, Matcher name, Report report) {
    double printed = Double.parseDouble(name.group(3));
    boolean capped = Math.abs(printed - SigmaSchedule.MAX_MU) < PRINTED_PRECISION;
    SigmaSchedule schedule =
        SigmaSchedule.exponentialShift(
            Integer.parseInt(name.group(2)), capped ? SigmaSchedule.MAX_MU : printed);
    String key = name.group(1);
    report.check(name.group(), sigmas(schedule), golden.floats(name.group()), MODULE_TOLERANCE);
    check(golden, key + ".euler.sigmas", sigmas(schedule), report);
    check(golden, key + ".euler.timesteps", schedule.timesteps(), report);
    for (SamplerKind kind : SamplerKind.values()) {
      String output = key + "." + kind.id().replace('-', '.');
      if (golden.has(output)) {
        float[] start = golden.floats("x").clone();
        float[] trace = new float[schedule.steps() * start.length];
        float[] result =
            kind.sampler()
                .orElseThrow()
                .sample(
                    schedule,
                    start,
                    toyModel(golden.floats("a"), schedule),
                    new ArrayAlgebra(start.length),
                    (x, step) -> System.arraycopy(x, 0, trace, step * x.length, x.length));
        check(golden, output, result, report);
        check(golden, output + ".trace", trace, report);
      }
    }
  }

  private static void check(GoldenTensors golden, String name, float[] found, Report report) {
    if (golden.has(name)) {
      report.check(name, found, golden.floats(name), MODULE_TOLERANCE);
    }
  }

  private static float[] sigmas(SigmaSchedule schedule) {
    float[] sigmas = new float[schedule.steps() + 1];
    for (int i = 0; i < sigmas.length; i++) {
      sigmas[i] = (float) schedule.sigma(i);
    }
    return sigmas;
  }

  private static Denoiser<float[]> toyModel(float[] a, SigmaSchedule schedule) {
    return (step, x, velocity) -> {
      double sigma = schedule.sigma(step);
      for (int i = 0; i < a.length; i++) {
        double x0 = a[i] * (1 - sigma) + 0.3 * Math.tanh(x[i]) * sigma;
        velocity[i] = (float) ((x[i] - x0) / sigma);
      }
    };
  }

  /** Linear algebra on plain arrays. */
  private record ArrayAlgebra(int elements) implements LatentAlgebra<float[]> {
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
}
