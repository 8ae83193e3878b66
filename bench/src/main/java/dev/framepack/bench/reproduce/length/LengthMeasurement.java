package dev.framepack.bench.reproduce.length;

import dev.framepack.bench.reproduce.run.SectionTimer;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.demo.DemoScene;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Makes videos of 1 to 120 s and takes the time of every section. Lengths are interleaved at
 * random, and short ones are made more often, so that a machine that is slow for a while is slow
 * for all.
 */
public final class LengthMeasurement {
  private static final double[] SECONDS = {1, 2, 5, 10, 30, 60, 120};
  private static final int WINDOW = 2; // a second has four sections
  private static final int STEPS = 2;
  private static final int SIDE_PIXELS = 64;
  private static final int WARMING_SECTIONS = 60;
  private static final long SEED = 1;

  private final FramePackEngine engine;
  private final BooleanSupplier cancelled;
  private final double[] seconds;
  private final int leastSections;

  /**
   * @param engine with a model of the demo's size
   * @param cancelled asked between steps
   */
  public LengthMeasurement(FramePackEngine engine, BooleanSupplier cancelled) {
    this(engine, cancelled, 200, SECONDS);
  }

  /**
   * @param leastSections that every length is measured with
   * @param seconds lengths
   */
  LengthMeasurement(
      FramePackEngine engine, BooleanSupplier cancelled, int leastSections, double... seconds) {
    this.engine = engine;
    this.cancelled = cancelled;
    this.leastSections = leastSections;
    this.seconds = seconds.clone();
  }

  /**
   * Measures.
   *
   * @param progress told what is made next
   * @return by length
   * @throws dev.framepack.engine.CancelledException when asked to stop
   */
  public List<LengthCost> run(Consumer<String> progress) {
    progress.accept("warming up");
    double warming = WARMING_SECTIONS * WINDOW * 4 / 30.0;
    time(request(warming));
    Map<Double, List<Double>> sectionMillis = new TreeMap<>();
    List<Double> videos = interleaved();
    for (int i = 0; i < videos.size(); i++) {
      progress.accept("video %d of %d: %s s".formatted(i + 1, videos.size(), videos.get(i)));
      sectionMillis
          .computeIfAbsent(videos.get(i), length -> new ArrayList<>())
          .addAll(time(request(videos.get(i))));
    }
    List<LengthCost> costs = new ArrayList<>();
    sectionMillis.forEach((length, millis) -> {
      VideoRequest request = request(length);
      costs.add(
          new LengthCost(length, request.sections(), millis, engine.plan(request).peakBytes()));
    });
    return costs;
  }

  /** Every length as often as it takes, in random order. */
  private List<Double> interleaved() {
    List<Double> videos = new ArrayList<>();
    for (double length : seconds) {
      int sections = request(length).sections();
      videos.addAll(Collections.nCopies(Math.ceilDiv(leastSections, sections), length));
    }
    Collections.shuffle(videos, new Random(SEED));
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

  private List<Double> time(VideoRequest request) {
    SectionTimer timer = new SectionTimer(cancelled);
    try (VideoResult video = engine.generate(request, timer)) {
      if (video.frameCount() != request.outputFrames()) {
        throw new IllegalStateException(
            "expected %d frames, found %d".formatted(request.outputFrames(), video.frameCount()));
      }
    }
    return timer.sectionMillis();
  }
}
