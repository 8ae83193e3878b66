package dev.framepack.engine.history;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** One rule of a {@link HistoryPolicy}. */
public sealed interface HistoryRule {

  /** Name without arguments. */
  String name();

  /** Numbers or a file, in the order of the text. */
  default List<?> arguments() {
    return List.of();
  }

  /** What {@link HistoryPolicy#parse} reads: name, colon, arguments with commas between them. */
  default String text() {
    String arguments =
        arguments().stream().map(HistoryRule::argument).collect(Collectors.joining(","));
    return arguments.isEmpty() ? name() : name() + ":" + arguments;
  }

  private static String argument(Object argument) {
    return argument instanceof Double number && number == Math.rint(number)
        ? String.format(Locale.ROOT, "%.0f", number)
        : argument.toString();
  }

  /**
   * Diffusion Forcing as FramePack's baseline has it (SkyReels-V2 style): history is noised to
   * {@code sigmaTest} times the level of the frames being denoised and has that timestep.
   */
  record ScaledNoise(double sigmaTest) implements HistoryRule {
    @Override
    public String name() {
      return "noise";
    }

    @Override
    public List<?> arguments() {
      return List.of(sigmaTest);
    }
  }

  /**
   * Noise augmentation: history is noised to a fixed level and the network is not told, so that it
   * trusts details less. Needs no timestep per frame.
   */
  record FixedNoise(double sigma) implements HistoryRule {
    @Override
    public String name() {
      return "augment";
    }

    @Override
    public List<?> arguments() {
      return List.of(sigma);
    }
  }

  /** Anchor frame (StreamingT2V): the first frame stays in the context, uncompressed. */
  record Anchor() implements HistoryRule {
    @Override
    public String name() {
      return "anchor";
    }
  }

  /**
   * Repeated image-to-video: a section sees the last frame before it and nothing else; that frame
   * is decoded, encoded again, and takes the start image's place for the image encoder too. Seams
   * are faded as those of other sections are.
   */
  record RepeatImageToVideo() implements HistoryRule {
    @Override
    public String name() {
      return "repeat-i2v";
    }
  }

  /**
   * History guidance (arXiv 2502.06764): {@code w v(h) - (w - 1) v(empty)}, or fractional with the
   * guided part seeing history at {@code level}: {@code v(h) + (w - 1) (v(h at level) - v(empty))}.
   * Empty history is history at full noise; every history has its own timestep.
   *
   * @param level between 0 and 1, or empty for the plain form
   */
  record Guidance(double weight, OptionalDouble level) implements HistoryRule {
    @Override
    public String name() {
      return "guidance";
    }

    @Override
    public List<?> arguments() {
      return level.isPresent() ? List.of(weight, level.getAsDouble()) : List.of(weight);
    }
  }

  /**
   * History guidance without timesteps of their own: empty history is no history, {@code w v(h) -
   * (w - 1) v(zeros)}, which is what the released checkpoints know of the first section.
   */
  record DropGuidance(double weight) implements HistoryRule {
    @Override
    public String name() {
      return "drop-guidance";
    }

    @Override
    public List<?> arguments() {
      return List.of(weight);
    }
  }

  /**
   * Classifier-free guidance whose positive and negative pass see history at different noise
   * levels, each with its own timestep.
   */
  record CfgNoise(double positive, double negative) implements HistoryRule {
    @Override
    public String name() {
      return "cfg-noise";
    }

    @Override
    public List<?> arguments() {
      return List.of(positive, negative);
    }
  }

  /**
   * Channel renormalisation: generated history is moved to the channel means and deviations of the
   * first section, blended by {@code alpha}.
   */
  record Renormalise(double alpha) implements HistoryRule {
    @Override
    public String name() {
      return "renorm";
    }

    @Override
    public List<?> arguments() {
      return List.of(alpha);
    }
  }

  /**
   * Adaptive anti-drifting (Helios): a section whose channel statistics left their running mean
   * gets a little noise before it serves as history.
   */
  record AdaptiveNoise() implements HistoryRule {
    @Override
    public String name() {
      return "adaptive-noise";
    }
  }

  /** History discretisation: every latent pixel of the context becomes its nearest codeword. */
  record Codebook(Path file) implements HistoryRule {
    @Override
    public String name() {
      return "codebook";
    }

    @Override
    public List<?> arguments() {
      return List.of(file);
    }
  }

  /** Causal attention over the packed order (CausVid). */
  record Causal() implements HistoryRule {
    @Override
    public String name() {
      return "causal";
    }
  }
}
