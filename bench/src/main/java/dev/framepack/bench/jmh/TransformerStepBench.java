package dev.framepack.bench.jmh;

import dev.framepack.bench.PeerSize;
import dev.framepack.bench.RandomWeights;
import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.engine.model.hunyuan.ConditionShape;
import dev.framepack.engine.model.hunyuan.PackedShape;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.hunyuan.StepForm;
import dev.framepack.engine.model.hunyuan.TransformerIo;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import dev.framepack.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
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

/**
 * One evaluation of the transformer on the processor. {@code step} is what a sampling step costs
 * the engine; {@code whole} also repeats what it does once per video or section, as the reference
 * does at every step: the figure to compare with it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 3, time = 3)
@Fork(
    value = 1,
    jvmArgs = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class TransformerStepBench {
  @Param({"TINY", "MID"})
  PeerSize size;

  @Param("2")
  int threads;

  private Backend backend;
  private WeightStore weights;
  private final List<CompiledGraph> graphs = new ArrayList<>();
  private CompiledGraph conditioning;
  private CompiledGraph history;
  private CompiledGraph step;

  @Setup
  public void compile() {
    backend = new VectorBackend(threads);
    PackedTransformer model = new PackedTransformer(size.transformer());
    weights = RandomWeights.of("transformer", model.parameters(), backend);
    int side = size.latentSide();
    PackedShape shape = PackedShape.released(PeerSize.LATENT_FRAMES, side, side, model.patch());
    ConditionShape condition = new ConditionShape(size.imageTokens(), PeerSize.TEXT_TOKENS);
    conditioning = compile(model.conditioning(1, condition));
    history = compile(model.history(shape, new HostConstants()));
    step = compile(model.step(shape, condition, StepForm.TRAINED));
    HostValues.upload(backend, new float[] {500}, conditioning.input(TransformerIo.TIMESTEP));
    HostValues.upload(backend, new float[] {10_000}, conditioning.input(TransformerIo.GUIDANCE));
  }

  private CompiledGraph compile(Graph graph) {
    CompiledGraph compiled = CompiledGraph.compile(graph, backend, weights);
    for (String input : graph.inputs().keySet()) {
      Tensor tensor = compiled.input(input);
      int count = Math.toIntExact(tensor.shape().elementCount());
      HostValues.upload(backend, RandomWeights.normal(input.hashCode(), count), tensor);
    }
    graphs.add(compiled);
    return compiled;
  }

  @Benchmark
  public float step() {
    step.run();
    return velocity();
  }

  @Benchmark
  public float whole() {
    conditioning.run();
    history.run();
    step.run();
    return velocity();
  }

  private float velocity() {
    float[] velocity = HostValues.download(backend, step.output(TransformerIo.VELOCITY));
    float norm = 0;
    for (float value : velocity) {
      norm += value * value;
    }
    if (!(norm > 0) || !Float.isFinite(norm)) {
      throw new IllegalStateException("velocity is not finite or zero: " + norm);
    }
    return norm;
  }

  @TearDown
  public void close() {
    graphs.forEach(CompiledGraph::close);
    weights.close();
    backend.close();
  }
}
