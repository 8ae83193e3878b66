package dev.framepack.engine.sampler.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How steps are left out: where little changed, the residual of the blocks of an earlier step is
 * added again in their place. A threshold of 0 skips nothing and gives the bits of {@link #NONE}.
 *
 * <p>As text: {@code none}, {@code teacache:0.15}, {@code magcache:0.1,2,0.25}, {@code
 * magcache:0.1,2,0.25@1/1.3/1.2}, {@code magcache:calibrate}, {@code fbcache:0.08}.
 */
public sealed interface StepCache {

  /** Every step is computed. */
  StepCache NONE = new None();

  /** What the cache watches to decide. */
  enum Watched {
    /** Nothing: the step's number decides. */
    NOTHING,
    /** The modulated first norm of block 0, against the previous step's. */
    MODULATED_INPUT,
    /** What block 0 adds to the packed tokens, against the last computed step's. */
    FIRST_BLOCK
  }

  /** Name without arguments. */
  String name();

  /** What {@link #parse} reads. */
  String text();

  /** What is wrong with the numbers; empty when nothing is. */
  List<String> faults();

  /** What {@link SkipDecision#mustCompute} is told the change of. */
  Watched watched();

  /** Whether steps run as without a cache. */
  default boolean isNone() {
    return this instanceof None;
  }

  /**
   * With everything it needs to know of a model and a video.
   *
   * @param height pixels
   * @param width pixels
   * @param steps model evaluations of a section
   */
  default StepCache completed(MagRatios.Checkpoint checkpoint, int height, int width, int steps) {
    return this;
  }

  /**
   * The decisions of a section.
   *
   * @param steps model evaluations of the section
   * @throws IllegalStateException when it was not {@link #completed}
   */
  SkipDecision begin(int steps);

  /**
   * Reads a cache.
   *
   * @throws dev.framepack.engine.InvalidRequestException {@code STEP_CACHE}, naming what was
   *     expected
   */
  static StepCache parse(String text) {
    return StepCacheParser.parse(text);
  }

  /** Nothing is skipped. */
  record None() implements StepCache {
    @Override
    public String name() {
      return "none";
    }

    @Override
    public String text() {
      return name();
    }

    @Override
    public List<String> faults() {
      return List.of();
    }

    @Override
    public Watched watched() {
      return Watched.NOTHING;
    }

    @Override
    public SkipDecision begin(int steps) {
      return (step, change) -> true;
    }
  }

  /**
   * TeaCache (arXiv 2411.19108).
   *
   * @param threshold accumulated change at which blocks run again, 0 to 10: 0.15 by default, 0.1
   *     conservative
   */
  record TeaCache(double threshold) implements StepCache {
    @Override
    public String name() {
      return "teacache";
    }

    @Override
    public String text() {
      return name() + ":" + number(threshold);
    }

    @Override
    public List<String> faults() {
      return thresholdFaults(this, threshold);
    }

    @Override
    public Watched watched() {
      return Watched.MODULATED_INPUT;
    }

    @Override
    public SkipDecision begin(int steps) {
      return new TeaCacheDecision(threshold, steps);
    }
  }

  /**
   * MagCache (arXiv 2506.09045): how much the residual's magnitude changes at each step is known
   * beforehand, so nothing has to be watched.
   *
   * @param threshold accumulated error at which blocks run again, 0 to 10
   * @param maxSkip consecutive steps it may skip, 0 to 100
   * @param retention share of the steps, from the first on, that always run, 0 to 1
   * @param ratios magnitude of each step's residual against the step's before, 1 for the first,
   *     taken to the number of steps; empty for those published for FramePack
   * @param calibrates whether nothing is skipped and the ratios are measured instead
   */
  record MagCache(
      double threshold, int maxSkip, double retention, List<Double> ratios, boolean calibrates)
      implements StepCache {

    /** With the defaults FramePack-Studio chose with the ratios it published. */
    public static final MagCache DEFAULT = new MagCache(0.1, 2, 0.25, List.of(), false);

    /** Skips nothing and measures the ratios. */
    public static final MagCache CALIBRATION = new MagCache(0, 0, 1, List.of(), true);

    public MagCache {
      ratios = List.copyOf(ratios);
    }

    @Override
    public String name() {
      return "magcache";
    }

    @Override
    public String text() {
      if (calibrates) {
        return name() + ":calibrate";
      }
      String own =
          ratios.isEmpty()
              ? ""
              : "@" + ratios.stream().map(StepCache::number).collect(Collectors.joining("/"));
      return "%s:%s,%s,%s%s".formatted(name(), number(threshold), maxSkip, number(retention), own);
    }

    @Override
    public List<String> faults() {
      List<String> faults = new ArrayList<>(thresholdFaults(this, threshold));
      if (maxSkip < 0 || maxSkip > 100) {
        faults.add("magcache steps in a row must be 0 to 100, found " + maxSkip);
      }
      if (!(retention >= 0 && retention <= 1)) {
        faults.add("magcache retention must be 0 to 1, found " + retention);
      }
      if (ratios.size() > 1000 || ratios.stream().anyMatch(r -> !(r > 0 && r < 1000))) {
        faults.add("magcache ratios must be at most 1000 numbers above 0");
      }
      return faults;
    }

    @Override
    public Watched watched() {
      return Watched.NOTHING;
    }

    @Override
    public StepCache completed(MagRatios.Checkpoint checkpoint, int height, int width, int steps) {
      return ratios.isEmpty()
          ? new MagCache(
              threshold,
              maxSkip,
              retention,
              MagRatios.published(checkpoint, height, width, steps).values(),
              calibrates)
          : this;
    }

    @Override
    public SkipDecision begin(int steps) {
      if (ratios.isEmpty()) {
        throw new IllegalStateException("MagCache: begun without ratios");
      }
      return new MagCacheDecision(this, new MagRatios(ratios).forSteps(steps));
    }
  }

  /**
   * First-block cache (ParaAttention): block 0 always runs, the others while what it adds changed.
   *
   * @param threshold relative change above which blocks run, 0 to 10: 0.05 by default
   */
  record FirstBlockCache(double threshold) implements StepCache {
    @Override
    public String name() {
      return "fbcache";
    }

    @Override
    public String text() {
      return name() + ":" + number(threshold);
    }

    @Override
    public List<String> faults() {
      return thresholdFaults(this, threshold);
    }

    @Override
    public Watched watched() {
      return Watched.FIRST_BLOCK;
    }

    @Override
    public SkipDecision begin(int steps) {
      return (step, change) -> step == 0 || threshold == 0 || change > threshold;
    }
  }

  private static List<String> thresholdFaults(StepCache cache, double threshold) {
    return threshold >= 0 && threshold <= 10
        ? List.of()
        : List.of("%s threshold must be 0 to 10, found %s".formatted(cache.name(), threshold));
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }
}
