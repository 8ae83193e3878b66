package dev.framepack.bench.metric.network;

import dev.framepack.bench.metric.AbsentMetric;
import dev.framepack.bench.metric.Better;
import dev.framepack.bench.metric.Metric;
import dev.framepack.bench.metric.MetricInfo;
import dev.framepack.bench.metric.MetricProvider;
import dev.framepack.bench.metric.VideoContext;
import java.util.List;

/**
 * The paper's metrics that are networks (arXiv 2504.12626v3, evaluation), none of which is here:
 * each is listed as absent, with what it would take.
 */
public final class NetworkMetrics implements MetricProvider {
  private static final List<Metric> ABSENT =
      List.of(
          absent("musiq", "clarity: image quality by MUSIQ", "weights of MUSIQ trained on SPAQ"),
          absent(
              "laion-aesthetic",
              "aesthetic score of the frames",
              "weights of CLIP ViT-L/14 and of LAION's linear head"),
          absent(
              "amt-motion-smoothness",
              "motion: VBench's smoothness with learned frame interpolation",
              "weights of AMT"),
          absent(
              "raft-dynamic-degree",
              "dynamic: VBench's degree of motion by optical flow",
              "weights of RAFT"),
          absent("viclip-semantic", "semantic: agreement of video and prompt", "weights of ViCLIP"),
          absent(
              "vbench-anatomy",
              "anatomy: share of frames whose people are whole",
              "weights of VBench's ViT anomaly detectors"),
          absent(
              "arcface-identity",
              "identity: cosine of faces to the start image's",
              "weights of RetinaFace and ArcFace"));

  private static Metric absent(String name, String about, String needs) {
    return new AbsentMetric(
        new MetricInfo(name, "1", Better.HIGHER, about),
        needs + " and a MetricProvider that runs them");
  }

  @Override
  public List<Metric> metrics(VideoContext context) {
    return ABSENT;
  }
}
