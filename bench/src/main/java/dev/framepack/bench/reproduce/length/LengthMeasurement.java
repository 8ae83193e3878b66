package dev.framepack.bench.reproduce.length;

import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.GenerationListener;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.demo.DemoScene;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Makes videos of 1 to 120 s and takes the time of every section. All lengths are made at the same
 * time, each by an engine of its own, and take turns section by section: a machine that is slow for
 * a second is slow for all. Short videos begin again until the longest is done.
 */
public final class LengthMeasurement {
  private static final double[] SECONDS = {1, 2, 5, 10, 30, 60, 120};
  private static final int ROUNDS = 3;
  // A second has eight sections. Three of a video's compile a decoder for their own window, the
  // first, the second and the last: of fewer sections those would be the median.
  private static final int WINDOW = 1;
  private static final int STEPS = 2;
  private static final int SIDE_PIXELS = 64;

  private final Supplier<FramePackEngine> engines;
  private final String machine;
  private final BooleanSupplier cancelled;
  private final double[] seconds;

  /**
   * @param engines opens one with a model of the demo's size
   * @param machine what the figures are measured on
   * @param cancelled asked between sections
   */
  public LengthMeasurement(
      Supplier<FramePackEngine> engines, String machine, BooleanSupplier cancelled) {
    this(engines, machine, cancelled, SECONDS);
  }

  /**
   * @param seconds lengths, rising
   */
  LengthMeasurement(
      Supplier<FramePackEngine> engines,
      String machine,
      BooleanSupplier cancelled,
      double... seconds) {
    this.engines = engines;
    this.machine = machine;
    this.cancelled = cancelled;
    this.seconds = seconds.clone();
  }

  /** Rounds of a whole measurement. */
  public static int rounds() {
    return ROUNDS;
  }

  /** Lengths of a whole measurement. */
  int lengths() {
    return seconds.length;
  }

  /**
   * What one length takes of memory, from a video that nothing else runs beside. Warms up as well:
   * the machine runs compiled code afterwards.
   *
   * @throws dev.framepack.engine.CancelledException when asked to stop
   */
  LengthMemory memory(int length) {
    GenerationListener listener =
        new GenerationListener() {
          @Override
          public boolean isCancelled() {
            return cancelled.getAsBoolean();
          }
        };
    VideoRequest request = request(length);
    try (FramePackEngine engine = engines.get();
        VideoResult video = engine.generate(request, listener)) {
      if (video.frameCount() != request.outputFrames()) {
        throw new IllegalStateException(
            "expected %s frames, found %s".formatted(request.outputFrames(), video.frameCount()));
      }
      System.gc();
      return new LengthMemory(
          engine.plan(request).memory().peakBytes(),
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
  }

  /**
   * One round.
   *
   * @param memory of each length
   * @param progress told how far the longest is
   * @return a record for each length
   * @throws dev.framepack.engine.CancelledException when asked to stop
   */
  List<LengthCost> round(int round, List<LengthMemory> memory, Consumer<String> progress) {
    SectionTurns turns = new SectionTurns(seconds.length, new Random(round));
    List<CompletableFuture<List<Double>>> runs = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(seconds.length)) {
      for (int i = 0; i < seconds.length; i++) {
        runs.add(CompletableFuture.supplyAsync(videos(i, turns, round, progress), threads));
      }
    }
    turns.throwFailure();
    List<LengthCost> costs = new ArrayList<>();
    for (int i = 0; i < seconds.length; i++) {
      LengthMemory taken = memory.get(i);
      costs.add(
          new LengthCost(
              round,
              seconds[i],
              request(i).sections(),
              runs.get(i).join(),
              taken.peakBytes(),
              taken.heapBytes(),
              machine));
    }
    return costs;
  }

  /** As many whole videos of a length as the longest takes turns for. */
  private LengthVideos videos(
      int length, SectionTurns turns, int round, Consumer<String> progress) {
    int most = request(lengths() - 1).sections();
    int tenth = Math.max(1, most / 10);
    IntConsumer begun =
        section -> {
          if (length == lengths() - 1 && section % tenth == 0) {
            progress.accept(
                "round %s of %s, section %s of %s".formatted(round + 1, ROUNDS, section + 1, most));
          }
        };
    VideoRequest request = request(length);
    return new LengthVideos(
        engines,
        request,
        most / request.sections(),
        new SectionClock(turns, length, cancelled, begun));
  }

  private VideoRequest request(int length) {
    DemoScene scene = DemoScene.builtIn();
    return VideoRequest.builder()
        .image(scene.startImage())
        .prompt(scene.prompt())
        .sampling(Sampling.INVERTED)
        .latentWindow(WINDOW)
        .steps(STEPS)
        .seconds(seconds[length])
        .size(SIDE_PIXELS, SIDE_PIXELS)
        .build();
  }
}
