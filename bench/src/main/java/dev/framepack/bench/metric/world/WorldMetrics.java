package dev.framepack.bench.metric.world;

import dev.framepack.bench.metric.AbsentMetric;
import dev.framepack.bench.metric.Metric;
import dev.framepack.bench.metric.MetricProvider;
import dev.framepack.bench.metric.VideoContext;
import dev.framepack.engine.demo.DemoScene;
import java.util.List;

/** Metrics of videos of the demo's synthetic world, whose truth is known. */
public final class WorldMetrics implements MetricProvider {
  private static final String NEEDS = "a scene of the demo's world: VideoContext.ofScene";

  @Override
  public List<Metric> metrics(VideoContext context) {
    DemoScene scene = context.scene();
    return ShapeProperty.ALL.stream()
        .<Metric>map(property ->
            scene == null
                ? new AbsentMetric(property.info(), NEEDS)
                : new ShapeMetric(scene, property))
        .toList();
  }
}
