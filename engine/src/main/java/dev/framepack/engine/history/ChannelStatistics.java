package dev.framepack.engine.history;

import dev.framepack.engine.packing.LatentVideo;

/** Mean and variance of every channel of some latent frames, over time and space. */
@SuppressWarnings("ArrayRecordComponent") // values to compute with, compared nowhere
record ChannelStatistics(double[] mean, double[] variance) {

  static ChannelStatistics of(LatentVideo video) {
    int channels = video.channels();
    int samples = video.frames() * video.height() * video.width();
    double[] mean = new double[channels];
    double[] variance = new double[channels];
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < samples; i++) {
        double value = video.values()[c * samples + i];
        sum += value;
        squares += value * value;
      }
      mean[c] = sum / samples;
      variance[c] = Math.max(0, squares / samples - mean[c] * mean[c]);
    }
    return new ChannelStatistics(mean, variance);
  }

  /** {@code share * this + (1 - share) * other}. */
  ChannelStatistics mixed(double share, ChannelStatistics other) {
    return new ChannelStatistics(
        mixed(mean, share, other.mean), mixed(variance, share, other.variance));
  }

  private static double[] mixed(double[] a, double share, double[] b) {
    double[] mixed = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      mixed[i] = share * a[i] + (1 - share) * b[i];
    }
    return mixed;
  }

  /** Euclidean distance of two vectors. */
  static double distance(double[] a, double[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(squares);
  }
}
