package dev.framepack.engine.sampler.cache;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Mean magnitude of the blocks' residual at each step against the step before; 1 at the first.
 *
 * @param values one or more
 */
public record MagRatios(List<Double> values) {
  private static final String TABLE = "mag-ratios.txt";

  /** The released checkpoints, whose ratios differ. */
  public enum Checkpoint {
    INVERTED,
    F1
  }

  /** One line of the table. */
  private record Calibration(Checkpoint checkpoint, int side, int steps, MagRatios ratios) {
    static Calibration read(String line) {
      String[] words = line.split(" ", -1);
      return new Calibration(
          Checkpoint.valueOf(words[0]),
          Integer.parseInt(words[1]),
          Integer.parseInt(words[2]),
          new MagRatios(Arrays.stream(words).skip(3).map(Double::valueOf).toList()));
    }
  }

  public MagRatios {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("MagRatios: needs at least one ratio, found none");
    }
  }

  /**
   * What FramePack-Studio measured and published for FramePack, of the nearest size and, of that,
   * the nearest number of steps.
   *
   * @param height pixels
   * @param width pixels
   */
  public static MagRatios published(Checkpoint checkpoint, int height, int width, int steps) {
    double side = (height + width) / 2.0;
    return table().stream()
        .filter(line -> line.checkpoint() == checkpoint)
        .min(
            Comparator.comparingDouble((Calibration line) -> Math.abs(line.side() - side))
                .thenComparingInt(line -> Math.abs(line.steps() - steps)))
        .orElseThrow()
        .ratios();
  }

  private static List<Calibration> table() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(MagRatios.class.getResourceAsStream(TABLE)),
                StandardCharsets.UTF_8))) {
      return reader.lines().filter(line -> !line.startsWith("#")).map(Calibration::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One ratio for each of so many steps: the nearest of those there are, as in the original. */
  public double[] forSteps(int steps) {
    double[] taken = new double[steps];
    double scale = steps == 1 ? 0 : (values.size() - 1.0) / (steps - 1);
    for (int i = 0; i < steps; i++) {
      taken[i] = values.get(steps == 1 ? values.size() - 1 : (int) Math.rint(i * scale));
    }
    return taken;
  }
}
