package dev.framepack.bench.jmh;

import dev.framepack.bench.PeerSize;
import dev.framepack.bench.RandomWeights;
import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.graph.Value;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.engine.model.vae.VaeTiling;
import dev.framepack.engine.model.vae.VideoVae;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import dev.framepack.kernels.tensor.Tensor;
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

/** Decoding 18 latent frames, what a middle section costs, on the processor. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 3, time = 3)
@Fork(
    value = 1,
    jvmArgs = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class VaeDecodeBench {
  @Param({"TINY", "MID"})
  PeerSize size;

  @Param("2")
  int threads;

  private Backend backend;
  private WeightStore weights;
  private CompiledGraph decode;

  @Setup
  public void compile() {
    backend = new VectorBackend(threads);
    VideoVae vae = new VideoVae(size.vae());
    weights = RandomWeights.of("vae", vae.parameters(), backend);
    int side = size.latentSide();
    GraphBuilder g = new GraphBuilder("decode");
    HostConstants constants = new HostConstants();
    Value latents = // [1, C, T, h, w]
        g.input("latents", 1, size.vae().latentChannels(), PeerSize.DECODED_LATENTS, side, side);
    g.output("pixels", vae.decode(g, constants, VaeTiling.windowsOnly(), latents));
    decode = CompiledGraph.compile(g.build(), backend, weights);
    constants.upload(backend, decode);
    Tensor input = decode.input("latents");
    int count = Math.toIntExact(input.shape().elementCount());
    HostValues.upload(backend, RandomWeights.normal(1, count), input);
  }

  @Benchmark
  public float decode() {
    decode.run();
    float[] pixels = HostValues.download(backend, decode.output("pixels"));
    float sample = pixels[pixels.length / 2];
    if (!Float.isFinite(sample)) {
      throw new IllegalStateException("pixels are not finite: " + sample);
    }
    return sample;
  }

  @TearDown
  public void close() {
    decode.close();
    weights.close();
    backend.close();
  }
}
