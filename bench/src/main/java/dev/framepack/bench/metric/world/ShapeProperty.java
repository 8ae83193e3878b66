package dev.framepack.bench.metric.world;

import dev.framepack.bench.metric.Better;
import dev.framepack.bench.metric.MetricInfo;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.demo.ShapeMask;
import java.util.List;

/**
 * What is asked of the moving shape in a frame. A frame without the shape has the worst answer
 * there is: a mean over the frames that still have it would be better the sooner it is lost.
 */
record ShapeProperty(MetricInfo info, Value value) {
  private static final double ALL_OF_IT_PERCENT = 100;

  /** The answer. */
  interface Value {
    /**
     * A number.
     *
     * @param seen the shape as found in the frame
     * @param start the shape as found in the start image
     * @param truth where it should be in the frame
     */
    double of(ShapeView seen, ShapeView start, ShapeMask truth);
  }

  /** Everything that is asked. */
  static final List<ShapeProperty> ALL =
      List.of(
          new ShapeProperty(
              new MetricInfo(
                  "shape-found",
                  "1",
                  Better.HIGHER,
                  "1 where a shape of about the right size and colour is found, else 0"),
              (seen, start, truth) -> seen.isFound() ? 1 : 0),
          new ShapeProperty(
              new MetricInfo(
                  "position-error",
                  "pixels",
                  Better.LOWER,
                  "distance of the shape's centroid to its true place in the same frame, at most the"
                      + " length of its path, %s, which is taken where no shape is found"
                          .formatted(DemoScene.PATH_PIXELS)),
              (seen, start, truth) ->
                  seen.isFound()
                      ? Math.min(DemoScene.PATH_PIXELS, seen.mask().distanceTo(truth))
                      : DemoScene.PATH_PIXELS),
          new ShapeProperty(
              new MetricInfo(
                  "shape-area-shift",
                  "%",
                  Better.LOWER,
                  "absolute change of the shape's area since the start image; all of it where no"
                      + " shape is found"),
              (seen, start, truth) ->
                  seen.isFound()
                      ? ALL_OF_IT_PERCENT * Math.abs(seen.mask().area() / start.mask().area() - 1)
                      : ALL_OF_IT_PERCENT),
          new ShapeProperty(
              new MetricInfo(
                  "shape-form",
                  "1",
                  Better.HIGHER,
                  "overlap (IoU) of the shape with the start image's, centroid on centroid; 0 where"
                      + " no shape is found"),
              (seen, start, truth) ->
                  seen.isFound() ? AlignedOverlap.of(seen.mask(), start.mask()) : 0),
          new ShapeProperty(
              new MetricInfo(
                  "shape-color-shift",
                  "delta E*ab",
                  Better.LOWER,
                  "CIELAB distance of the shape's mean colour to the start image's, edges left out;"
                      + " of what is in its true place where no shape is found"),
              (seen, start, truth) ->
                  seen.meanColor(truth).distanceTo(start.meanColor(start.mask()))));
}
