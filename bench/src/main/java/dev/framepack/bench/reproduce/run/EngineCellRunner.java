package dev.framepack.bench.reproduce.run;

import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.bench.reproduce.run.CellResult.Cost;
import dev.framepack.bench.reproduce.run.VideoSource.Generated;
import dev.framepack.bench.reproduce.run.VideoSource.Given;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.pipeline.RunReport;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs cells on one engine, and those without a generation beside it. */
public final class EngineCellRunner implements CellRunner {
  private static final int KEY_DIGITS = 16;

  private final FramePackEngine engine;
  private final VideoMeter meter;
  private final StripWriter strips;
  private final BooleanSupplier cancelled;

  /**
   * @param engine stays its owner's
   * @param cancelled asked between steps
   */
  public EngineCellRunner(
      FramePackEngine engine, VideoMeter meter, Pictures pictures, BooleanSupplier cancelled) {
    this.engine = engine;
    this.meter = meter;
    this.strips = new StripWriter(pictures);
    this.cancelled = cancelled;
  }

  @Override
  public CellResult run(String key, VideoSource source, SceneInput scene) {
    return switch (source) {
      case Generated(VideoRequest request) -> generate(key, request, scene);
      case Given given -> result(key, given.of(scene.world().orElseThrow()), scene, null);
    };
  }

  private CellResult generate(String key, VideoRequest request, SceneInput scene) {
    SectionTimer timer = new SectionTimer(cancelled);
    try (VideoResult video = engine.generate(request, timer)) {
      RunReport report = video.report();
      Cost cost =
          new Cost(
              timer.sectionMillis(),
              video.elapsed().toNanos() / 1e6,
              Math.max(report.denoiseBytes(), report.decodeBytes()) + report.workspaceBytes(),
              report.weightBytes(),
              precision(video.metadata().get("precision")));
      return result(key, VideoFrames.of(video), scene, cost);
    }
  }

  private CellResult result(String key, VideoFrames video, SceneInput scene, @Nullable Cost cost) {
    return new CellResult(
        meter.measure(video, scene),
        video.count(),
        strips.write(key.substring(0, KEY_DIGITS), video),
        scene.world().map(world -> truth(scene, world, video.count())).orElse(null),
        cost);
  }

  /** One type where all parts have the same, else each part's. */
  private static String precision(@Nullable Object metadata) {
    if (!(metadata instanceof Map<?, ?> parts)) {
      return String.valueOf(metadata);
    }
    return Set.copyOf(parts.values()).size() == 1
        ? String.valueOf(parts.values().iterator().next())
        : parts.entrySet().stream()
            .map(part -> part.getKey() + " " + part.getValue())
            .collect(Collectors.joining(", "));
  }

  /** The same for every variant of as many frames, so under a name they share. */
  private String truth(SceneInput scene, DemoScene world, int frames) {
    String name = "truth-%s-%s".formatted(scene.name().replace(':', '-'), frames);
    return strips.write(name, VideoFrames.of(frames, world::frame));
  }
}
