package dev.framepack.bench.jmh;

import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.model.vae.VaeCodec;
import dev.framepack.engine.model.vae.VaeTiling;
import dev.framepack.engine.model.vae.VideoVae;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.weights.config.VaeConfig;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Decoding 18 latents in temporal windows, random weights. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-modules=jdk.incubator.vector",
      "--enable-native-access=ALL-UNNAMED",
      "-Xmx2g"
    })
public class VaeDecodeBench {
  @Param({"tiny", "mid"})
  public String size = "tiny";

  @Param("2")
  public int threads;

  private Backend backend;
  private ArenaWeightStore weights;
  private VaeCodec codec;
  private Shape shape;
  private float[] latents;

  @Setup
  public void prepare() {
    boolean tiny = size.equals("tiny");
    VaeConfig published = VaeConfig.published();
    VaeConfig config =
        new VaeConfig(
            published.inChannels(),
            published.outChannels(),
            published.latentChannels(),
            tiny ? List.of(8, 16, 32, 64) : List.of(32, 64, 128, 128),
            tiny ? 1 : 2,
            tiny ? 2 : 32,
            published.scalingFactor(),
            published.spatialCompressionRatio(),
            published.temporalCompressionRatio(),
            published.midBlockAddAttention());
    SplittableRandom random = new SplittableRandom(0);
    VideoVae vae = new VideoVae(config);
    backend = new VectorBackend(threads);
    weights =
        ArenaWeightStore.load(
            "vae",
            vae.parameters(),
            (parameter, target) -> fill(parameter, target, random),
            backend);
    codec = new VaeCodec(vae, backend, weights, VaeTiling.windowsOnly());
    int side = tiny ? 8 : 16;
    shape = Shape.of(1, config.latentChannels(), 18, side, side);
    latents = new float[Math.toIntExact(shape.elementCount())];
    for (int i = 0; i < latents.length; i++) {
      latents[i] = (float) random.nextGaussian();
    }
  }

  /** Weights that keep the scale of activations; biases and norms 0.02. */
  private static void fill(Parameter parameter, MemorySegment target, SplittableRandom random) {
    Shape dims = parameter.shape();
    double deviation = dims.rank() < 2 ? 0 : 1 / Math.sqrt(dims.product(1, dims.rank()));
    for (long i = 0; i < dims.elementCount(); i++) {
      double value = dims.rank() < 2 ? 0.02 : deviation * random.nextGaussian();
      target.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) value);
    }
  }

  /** Pixels {@code [1, 3, 69, 8 side, 8 side]}. */
  @Benchmark
  public float[] decode() {
    return codec.decode(latents, shape);
  }

  @TearDown
  public void close() {
    codec.close();
    weights.close();
    backend.close();
  }
}
