package dev.framepack.bench.reproduce.length;

import dev.framepack.bench.reproduce.run.SectionTimer;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.demo.DemoScene;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Makes videos of 1 to 120 s and takes the time of every section, in rounds that each make every
 * length: lengths alternate within a round at random, short ones are made more often, and figures
 * are compared round by round, so that a machine that is slow for a while is slow for all.
 */
public final class LengthMeasurement {
  private static final double[] SECONDS = {1, 2, 5, 10, 30, 60, 120};
  private static final int ROUNDS = 6;
  private static final int LEAST_SECTIONS = 100;
  // A second has eight sections. Three of a video's compile a decoder for their own window, the
  // first, the second and the last: of fewer sections those would be the median.
  private static final int WINDOW = 1;
  private static final int STEPS = 2;
  private static final int SIDE_PIXELS = 64;
  private static final double WARMING_SECONDS = 30;

  private final FramePackEngine engine;
  private final String machine;
  private final BooleanSupplier cancelled;
  private final int leastSections;
  private final double[] seconds;

  /**
   * @param engine with a model of the demo's size
   * @param machine what the figures are measured on
   * @param cancelled asked between steps
   */
  public LengthMeasurement(FramePackEngine engine, String machine, BooleanSupplier cancelled) {
    this(engine, machine, cancelled, LEAST_SECTIONS, SECONDS);
  }

  /**
   * @param leastSections that every length is measured with in a round
   * @param seconds lengths
   */
  LengthMeasurement(
      FramePackEngine engine,
      String machine,
      BooleanSupplier cancelled,
      int leastSections,
      double... seconds) {
    this.engine = engine;
    this.machine = machine;
    this.cancelled = cancelled;
    this.leastSections = leastSections;
    this.seconds = seconds.clone();
  }

  /** Rounds of a whole measurement. */
  public static int rounds() {
    return ROUNDS;
  }

  /**
   * Makes videos that are not measured until the machine runs compiled code.
   *
   * @throws dev.framepack.engine.CancelledException when asked to stop
   */
  public void warmUp() {
    make(request(Math.min(WARMING_SECONDS, seconds[seconds.length - 1])), new ArrayList<>());
  }

  /**
   * One round.
   *
   * @param progress told what is made next
   * @return a record for each length
   * @throws dev.framepack.engine.CancelledException when asked to stop
   */
  public List<LengthCost> round(int round, Consumer<String> progress) {
    Map<Double, List<Double>> sectionMillis = new LinkedHashMap<>();
    Map<Double, Long> heapBytes = new LinkedHashMap<>();
    List<Double> videos = interleaved(round);
    for (int i = 0; i < videos.size(); i++) {
      double length = videos.get(i);
      progress.accept(
          "round %d of %d, video %d of %d: %.0f s"
              .formatted(round + 1, ROUNDS, i + 1, videos.size(), length));
      long heap =
          make(request(length), sectionMillis.computeIfAbsent(length, s -> new ArrayList<>()));
      heapBytes.merge(length, heap, Math::max);
    }
    List<LengthCost> costs = new ArrayList<>();
    for (double length : seconds) {
      VideoRequest request = request(length);
      costs.add(
          new LengthCost(
              round,
              length,
              request.sections(),
              sectionMillis.getOrDefault(length, List.of()),
              engine.plan(request).peakBytes(),
              heapBytes.getOrDefault(length, 0L),
              machine));
    }
    return costs;
  }

  /** Every length as often as it takes, in random order. */
  private List<Double> interleaved(int round) {
    List<Double> videos = new ArrayList<>();
    for (double length : seconds) {
      int sections = request(length).sections();
      videos.addAll(Collections.nCopies(Math.ceilDiv(leastSections, sections), length));
    }
    Collections.shuffle(videos, new Random(round));
    return videos;
  }

  private static VideoRequest request(double length) {
    DemoScene scene = DemoScene.builtIn();
    return VideoRequest.builder()
        .image(scene.startImage())
        .prompt(scene.prompt())
        .sampling(Sampling.INVERTED)
        .latentWindow(WINDOW)
        .steps(STEPS)
        .seconds(length)
        .size(SIDE_PIXELS, SIDE_PIXELS)
        .build();
  }

  /** Adds the time of every section; the heap in use while the video is still held. */
  private long make(VideoRequest request, List<Double> sectionMillis) {
    SectionTimer timer = new SectionTimer(cancelled);
    try (VideoResult video = engine.generate(request, timer)) {
      if (video.frameCount() != request.outputFrames()) {
        throw new IllegalStateException(
            "expected %d frames, found %d".formatted(request.outputFrames(), video.frameCount()));
      }
      sectionMillis.addAll(timer.sectionMillis());
      System.gc();
      return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
  }
}
