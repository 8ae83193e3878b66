package dev.framepack.bench.reproduce.run;

import dev.framepack.bench.reproduce.run.CellResult.Thumbnails;
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

/** Runs cells on one engine. */
public final class EngineCellRunner implements CellRunner {
  private static final int KEY_DIGITS = 16;

  private final FramePackEngine engine;
  private final VideoMeter meter;
  private final ThumbnailWriter thumbnails;
  private final BooleanSupplier cancelled;

  /**
   * @param engine stays its owner's
   * @param cancelled asked between steps
   */
  public EngineCellRunner(
      FramePackEngine engine, VideoMeter meter, Pictures pictures, BooleanSupplier cancelled) {
    this.engine = engine;
    this.meter = meter;
    this.thumbnails = new ThumbnailWriter(pictures);
    this.cancelled = cancelled;
  }

  @Override
  public CellResult run(String key, VideoRequest request, SceneInput scene) {
    SectionTimer timer = new SectionTimer(cancelled);
    try (VideoResult video = engine.generate(request, timer)) {
      RunReport report = video.report();
      return new CellResult(
          meter.measure(video, scene),
          timer.sectionMillis(),
          video.elapsed().toNanos() / 1e6,
          video.frameCount(),
          Math.max(report.denoiseBytes(), report.decodeBytes()) + report.workspaceBytes(),
          report.weightBytes(),
          precision(video.metadata().get("precision")),
          thumbnails.write(key.substring(0, KEY_DIGITS), video::frame, video.frameCount()),
          scene.world().map(world -> truth(scene, world, video.frameCount())).orElse(null));
    }
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

  /** The same for every variant, so written once and shared. */
  private Thumbnails truth(SceneInput scene, DemoScene world, int frames) {
    String name = "truth-%s-%d".formatted(scene.name().replace(':', '-'), frames);
    return thumbnails.write(name, world::frame, frames);
  }
}
