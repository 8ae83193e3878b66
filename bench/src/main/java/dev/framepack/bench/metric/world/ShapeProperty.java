package dev.framepack.bench.metric.world;

import dev.framepack.bench.metric.Better;
import dev.framepack.bench.metric.MetricInfo;
import dev.framepack.engine.demo.ShapeMask;
import java.util.List;

/** What is asked of the moving shape in a frame. */
record ShapeProperty(MetricInfo info, Value value) {

  /** The answer. */
  interface Value {
    /**
     * A number, or NaN where there is none.
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
          whereFound(
              new MetricInfo(
                  "position-error",
                  "pixels",
                  Better.LOWER,
                  "distance of the shape's centroid to its true place in the same frame"),
              (seen, start, truth) -> seen.mask().distanceTo(truth)),
          whereFound(
              new MetricInfo(
                  "shape-area-shift",
                  "%",
                  Better.LOWER,
                  "absolute change of the shape's area since the start image"),
              (seen, start, truth) -> 100 * Math.abs(seen.mask().area() / start.mask().area() - 1)),
          whereFound(
              new MetricInfo(
                  "shape-form",
                  "1",
                  Better.HIGHER,
                  "overlap (IoU) of the shape with the start image's, centroid on centroid"),
              (seen, start, truth) -> AlignedOverlap.of(seen.mask(), start.mask())),
          whereFound(
              new MetricInfo(
                  "shape-color-shift",
                  "delta E*ab",
                  Better.LOWER,
                  "CIELAB distance of the shape's mean colour to the start image's, edges left out"),
              (seen, start, truth) -> seen.meanColor().distanceTo(start.meanColor())));

  private static ShapeProperty whereFound(MetricInfo info, Value value) {
    return new ShapeProperty(
        info, (seen, start, truth) -> seen.isFound() ? value.of(seen, start, truth) : Double.NaN);
  }
}
