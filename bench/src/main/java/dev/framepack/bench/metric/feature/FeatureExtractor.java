package dev.framepack.bench.metric.feature;

import dev.framepack.engine.image.Rgb8Image;

/** Turns a picture into a vector; a plug-in point for networks such as ArcFace or Inception. */
public interface FeatureExtractor {

  /** What the features are, for the description of metrics made of them. */
  String about();

  /** Features of a picture, always of the same length, finite. */
  double[] features(Rgb8Image picture);
}
