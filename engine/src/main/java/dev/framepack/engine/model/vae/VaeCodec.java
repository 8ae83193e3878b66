package dev.framepack.engine.model.vae;

import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.op.GaussianSample;
import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.tensor.Shape;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The autoencoder ready to run on one backend. Compiled graphs are replayed while the shape stays
 * the same; only the last one is kept, because each holds the memory of its activations. One thread
 * at a time.
 */
public final class VaeCodec implements AutoCloseable {
  /** Graph input or output {@code [B, 3, T, H, W]}, around -1..1. */
  public static final String PIXELS = "pixels";

  /** Graph input or output {@code [B, latentChannels, T, H, W]}. */
  public static final String LATENTS = "latents";

  /** Graph input, standard normal, of the latents' shape. */
  public static final String NOISE = "noise";

  /** Graph output of encoding. */
  public static final String MEAN = "mean";

  /** Graph output of encoding. */
  public static final String LOG_VARIANCE = "log_variance";

  private static final float MIN_LOG_VARIANCE = -30;
  private static final float MAX_LOG_VARIANCE = 20;

  /** What a compiled graph computes. */
  private enum Task {
    MOMENTS,
    MEAN_LATENTS,
    SAMPLED_LATENTS,
    DECODE,
    DECODE_SCALED
  }

  private record Compiled(Task task, Shape shape, CompiledGraph graph) {}

  /**
   * The distribution of latents, unscaled.
   *
   * @param mean row-major {@code [B, latentChannels, T, H, W]}
   * @param logVariance alike, clamped to -30..20
   * @param shape of both
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never kept
  public record Posterior(float[] mean, float[] logVariance, Shape shape) {}

  private final VideoVae vae;
  private final Backend backend;
  private final WeightStore weights;
  private final VaeTiling tiling;
  private @Nullable Compiled compiled;
  private long peakArenaBytes;

  /**
   * @param weights hold {@link VideoVae#parameters()} in the backend's memory; not closed here
   */
  public VaeCodec(VideoVae vae, Backend backend, WeightStore weights, VaeTiling tiling) {
    this.vae = vae;
    this.backend = backend;
    this.weights = weights;
    this.tiling = tiling;
  }

  /** Shape of the latents of pixels {@code [B, 3, T, H, W]}. */
  public Shape latentShape(Shape pixels) {
    return Shape.of(
        pixels.dim(0),
        vae.config().latentChannels(),
        (pixels.dim(2) - 1) / vae.config().temporalCompressionRatio() + 1,
        pixels.dim(3) / vae.config().spatialCompressionRatio(),
        pixels.dim(4) / vae.config().spatialCompressionRatio());
  }

  /** Shape of the pixels that latents {@code [B, latentChannels, T, H, W]} decode to. */
  public Shape pixelShape(Shape latents) {
    return Shape.of(
        latents.dim(0),
        vae.config().outChannels(),
        (latents.dim(2) - 1) * vae.config().temporalCompressionRatio() + 1,
        latents.dim(3) * vae.config().spatialCompressionRatio(),
        latents.dim(4) * vae.config().spatialCompressionRatio());
  }

  /**
   * Encodes to the posterior.
   *
   * @param pixels {@code [B, 3, T, H, W]} in -1..1
   */
  public Posterior encode(float[] pixels, Shape shape) {
    CompiledGraph graph = graph(Task.MOMENTS, shape);
    HostValues.upload(backend, pixels, graph.input(PIXELS));
    graph.run();
    float[] logVariance = HostValues.download(backend, graph.output(LOG_VARIANCE));
    for (int i = 0; i < logVariance.length; i++) {
      logVariance[i] = Math.clamp(logVariance[i], MIN_LOG_VARIANCE, MAX_LOG_VARIANCE);
    }
    return new Posterior(
        HostValues.download(backend, graph.output(MEAN)), logVariance, latentShape(shape));
  }

  /** Encodes to the mean, multiplied by the scaling factor. */
  public float[] encodeMean(float[] pixels, Shape shape) {
    CompiledGraph graph = graph(Task.MEAN_LATENTS, shape);
    HostValues.upload(backend, pixels, graph.input(PIXELS));
    graph.run();
    return HostValues.download(backend, graph.output(LATENTS));
  }

  /**
   * Encodes to a draw from the posterior, multiplied by the scaling factor.
   *
   * @param noise standard normal, of the latents' shape
   */
  public float[] encodeSample(float[] pixels, Shape shape, float[] noise) {
    CompiledGraph graph = graph(Task.SAMPLED_LATENTS, shape);
    HostValues.upload(backend, pixels, graph.input(PIXELS));
    HostValues.upload(backend, noise, graph.input(NOISE));
    graph.run();
    return HostValues.download(backend, graph.output(LATENTS));
  }

  /** Decodes unscaled latents {@code [B, latentChannels, T, H, W]} to pixels around -1..1. */
  public float[] decode(float[] latents, Shape shape) {
    return decode(graph(Task.DECODE, shape), latents);
  }

  /** Decodes latents as the diffusion model knows them: divides by the scaling factor first. */
  public float[] decodeScaled(float[] latents, Shape shape) {
    return decode(decoder(shape), latents);
  }

  /**
   * The compiled graph behind {@link #decodeScaled}, with input {@link #LATENTS} and output {@link
   * #PIXELS}, for callers that keep both on the device. Valid until the next call for another
   * shape.
   */
  public CompiledGraph decoder(Shape latents) {
    return graph(Task.DECODE_SCALED, latents);
  }

  /**
   * The compiled graph behind {@link #encodeMean}, or behind {@link #encodeSample} when {@code
   * sampled}: input {@link #PIXELS} (and {@link #NOISE}), output {@link #LATENTS}, scaled. Valid
   * until the next call for another shape.
   */
  public CompiledGraph encoder(Shape pixels, boolean sampled) {
    return graph(sampled ? Task.SAMPLED_LATENTS : Task.MEAN_LATENTS, pixels);
  }

  /** The recorded graph behind {@link #encode}, for reports. */
  public Graph encoding(Shape pixels) {
    return record(new HostConstants(), Task.MOMENTS, pixels);
  }

  /** The recorded graph behind {@link #decode}, for reports. */
  public Graph decoding(Shape latents) {
    return record(new HostConstants(), Task.DECODE, latents);
  }

  /** What the weights are kept in. */
  public WeightTypes types() {
    return weights.types();
  }

  /** Largest planned peak of the graphs so far, bytes. */
  public long peakArenaBytes() {
    return peakArenaBytes;
  }

  /** Frees the graph last used. */
  @Override
  public void close() {
    if (compiled != null) {
      compiled.graph().close();
      compiled = null;
    }
  }

  private float[] decode(CompiledGraph graph, float[] latents) {
    HostValues.upload(backend, latents, graph.input(LATENTS));
    graph.run();
    return HostValues.download(backend, graph.output(PIXELS));
  }

  private CompiledGraph graph(Task task, Shape shape) {
    if (compiled != null && compiled.task() == task && compiled.shape().equals(shape)) {
      return compiled.graph();
    }
    close();
    HostConstants constants = new HostConstants();
    CompiledGraph graph = CompiledGraph.compile(record(constants, task, shape), backend, weights);
    compiled = new Compiled(task, shape, graph);
    peakArenaBytes = Math.max(peakArenaBytes, graph.arenaBytes());
    constants.upload(backend, graph);
    return graph;
  }

  private Graph record(HostConstants constants, Task task, Shape shape) {
    GraphBuilder g = new GraphBuilder("vae." + task.name().toLowerCase(Locale.ROOT));
    switch (task) {
      case MOMENTS -> {
        Value moments = vae.encode(g, constants, tiling, g.input(PIXELS, shape.dims()));
        int channels = vae.config().latentChannels();
        g.output(MEAN, g.op(new Slice(1, 0, channels), moments));
        g.output(LOG_VARIANCE, g.op(new Slice(1, channels, channels), moments));
      }
      case MEAN_LATENTS -> {
        Value moments = vae.encode(g, constants, tiling, g.input(PIXELS, shape.dims()));
        Value mean = g.op(new Slice(1, 0, vae.config().latentChannels()), moments);
        g.output(LATENTS, vae.scale(g, mean));
      }
      case SAMPLED_LATENTS -> {
        Value moments = vae.encode(g, constants, tiling, g.input(PIXELS, shape.dims()));
        Value noise = g.input(NOISE, latentShape(shape).dims());
        g.output(LATENTS, vae.scale(g, g.op(new GaussianSample(), moments, noise)));
      }
      case DECODE ->
          g.output(PIXELS, vae.decode(g, constants, tiling, g.input(LATENTS, shape.dims())));
      case DECODE_SCALED ->
          g.output(
              PIXELS,
              vae.decode(g, constants, tiling, vae.unscale(g, g.input(LATENTS, shape.dims()))));
    }
    return g.build();
  }
}
