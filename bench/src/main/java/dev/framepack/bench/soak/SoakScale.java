package dev.framepack.bench.soak;

/**
 * How much a round does, and how much of it goes wrong.
 *
 * @param requests different requests that jobs are picked from
 * @param jobs of a round on one engine
 * @param killedVideos videos of a round whose processes are killed
 * @param killedSeconds length of each
 * @param cancelShare of the jobs that are cancelled
 * @param badShare of the jobs whose input is bad
 * @param faultShare of the jobs before which a fault is armed
 */
record SoakScale(
    int requests,
    int jobs,
    int killedVideos,
    double killedSeconds,
    double cancelShare,
    double badShare,
    double faultShare) {
  /** A round of the documented soak. */
  static final SoakScale FULL = new SoakScale(12, 40, 2, 1.3, 0.05, 0.02, 0.03);
}
