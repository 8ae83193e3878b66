package dev.framepack.bench.metric;

/** Which values of a metric are good. */
public enum Better {
  HIGHER,
  LOWER,
  /** It describes the video and does not judge it. */
  NEITHER
}
