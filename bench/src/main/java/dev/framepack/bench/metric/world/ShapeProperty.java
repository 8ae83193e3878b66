package dev.framepack.bench.metric.world;

import dev.framepack.bench.metric.Better;
import dev.framepack.bench.metric.MetricInfo;
import dev.framepack.bench.metric.picture.CieLab;
import dev.framepack.engine.demo.ShapeMask;

/** What is asked of the moving shape. All but the first are not defined where it is not found. */
enum ShapeProperty {
  FOUND(
      "shape-found", "1", Better.HIGHER, "1 where a shape of the right size and colour is found") {
    @Override
    double of(ShapeView seen, ShapeView start, ShapeMask truth) {
      return seen.isFound() ? 1 : 0;
    }
  },
  POSITION_ERROR(
      "position-error",
      "pixels",
      Better.LOWER,
      "distance of the shape's centroid to its true place in the same frame") {
    @Override
    double of(ShapeView seen, ShapeView start, ShapeMask truth) {
      return seen.mask().distanceTo(truth);
    }
  },
  AREA_SHIFT(
      "shape-area-shift", "%", Better.LOWER, "change of the shape's area since the start image") {
    @Override
    double of(ShapeView seen, ShapeView start, ShapeMask truth) {
      return 100 * Math.abs(seen.mask().area() / start.mask().area() - 1);
    }
  },
  FORM(
      "shape-form",
      "1",
      Better.HIGHER,
      "overlap (IoU) of the shape with the start image's, laid centroid on centroid") {
    @Override
    double of(ShapeView seen, ShapeView start, ShapeMask truth) {
      return AlignedOverlap.of(seen.mask(), start.mask());
    }
  },
  COLOR_SHIFT(
      "shape-color-shift",
      "delta E*ab",
      Better.LOWER,
      "CIELAB distance of the shape's mean colour to the start image's, edges left out") {
    @Override
    double of(ShapeView seen, ShapeView start, ShapeMask truth) {
      CieLab color = seen.meanColor();
      return color.distanceTo(start.meanColor());
    }
  };

  private final MetricInfo info;

  ShapeProperty(String name, String unit, Better better, String about) {
    this.info = new MetricInfo(name, unit, better, about);
  }

  MetricInfo info() {
    return info;
  }

  /**
   * @param seen the shape as found in a frame
   * @param start the shape as found in the start image
   * @param truth where it should be in the frame
   */
  abstract double of(ShapeView seen, ShapeView start, ShapeMask truth);
}
