package dev.framepack.bench.metric.world;

import dev.framepack.bench.metric.FrameMetric;
import dev.framepack.bench.metric.MetricInfo;
import dev.framepack.bench.metric.VideoFrames;
import dev.framepack.engine.demo.DemoScene;

/** A property of the shape in each frame, against the scene's start image and true future. */
record ShapeMetric(DemoScene scene, ShapeProperty property) implements FrameMetric {

  @Override
  public MetricInfo info() {
    return property.info();
  }

  @Override
  public double[] measure(VideoFrames video) {
    ShapeView start = ShapeView.of(scene, scene.startImage());
    double[] values = new double[video.count()];
    for (int k = 0; k < values.length; k++) {
      ShapeView seen = ShapeView.of(scene, video.frame(k));
      values[k] = property.value().of(seen, start, scene.trueMask(k));
    }
    return values;
  }
}
