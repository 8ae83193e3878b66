package dev.framepack.engine.pipeline;

import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.engine.model.vae.VaeTiling;
import dev.framepack.engine.model.vae.VideoVae;
import dev.framepack.engine.packing.LatentVideo;
import dev.framepack.engine.packing.SectionCount;
import dev.framepack.kernels.Backend;
import org.jspecify.annotations.Nullable;

/**
 * Decodes sections; the last graph is kept, since all but the first and last section have one
 * shape.
 */
final class SectionDecoder implements AutoCloseable {
  private static final String LATENTS = "latents";
  private static final String PIXELS = "pixels";

  /** Decoded frames: {@code [3, frames, H, W]} around -1..1. */
  record Pixels(int frames, float[] values) {}

  private final VideoVae vae;
  private final WeightStore weights;
  private final Backend backend;
  private final VaeTiling tiling;
  private @Nullable CompiledGraph graph;
  private int graphFrames;
  private long peakArenaBytes;

  SectionDecoder(VideoVae vae, WeightStore weights, Backend backend, VaeTiling tiling) {
    this.vae = vae;
    this.weights = weights;
    this.backend = backend;
    this.tiling = tiling;
  }

  /** Scaled latents to pixels. */
  Pixels decode(LatentVideo latents) {
    CompiledGraph compiled = compiled(latents);
    HostValues.upload(backend, latents.values(), compiled.input(LATENTS));
    compiled.run();
    return new Pixels(
        SectionCount.framesOf(latents.frames()),
        HostValues.download(backend, compiled.output(PIXELS)));
  }

  private CompiledGraph compiled(LatentVideo latents) {
    if (graph != null && graphFrames == latents.frames()) {
      return graph;
    }
    close();
    GraphBuilder g = new GraphBuilder("vae.decode");
    HostConstants constants = new HostConstants();
    Value z = // [1, C, T, h, w]
        g.input(
            LATENTS, 1, latents.channels(), latents.frames(), latents.height(), latents.width());
    g.output(PIXELS, vae.decode(g, constants, tiling, vae.unscale(g, z)));
    CompiledGraph compiled = CompiledGraph.compile(g.build(), backend, weights);
    constants.upload(backend, compiled);
    graph = compiled;
    graphFrames = latents.frames();
    peakArenaBytes = Math.max(peakArenaBytes, compiled.arenaBytes());
    return compiled;
  }

  /** Largest planned peak of the graphs so far. */
  long peakArenaBytes() {
    return peakArenaBytes;
  }

  @Override
  public void close() {
    if (graph != null) {
      graph.close();
      graph = null;
    }
  }
}
