package dev.framepack.engine.model.hunyuan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.GoldenData;
import dev.framepack.engine.binding.CheckpointWeights;
import dev.framepack.engine.binding.LoraMerge;
import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.binding.StreamedWeightStore;
import dev.framepack.engine.binding.WeightGroup;
import dev.framepack.engine.binding.WeightStore;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.engine.graph.CompiledGraph;
import dev.framepack.engine.graph.HostValues;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.WeightStream;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import dev.framepack.kernels.emulator.EmulatedDevice;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.weights.Component;
import dev.framepack.weights.ComponentWeights;
import dev.framepack.weights.OpenOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A transformer whose blocks take turns in memory computes the same bits. */
final class StreamedWeightsTest {
  private final PackedTransformer model = TransformerCase.model();
  private final TransformerCase golden = TransformerCase.read("batch1");

  @Test
  void groupsAreDisjointAndLeaveOnlySmallWeightsAtHome() {
    Set<Parameter> seen = new HashSet<>();
    for (WeightGroup group : model.weightGroups()) {
      assertThat(group.parameters()).as(group.name()).isNotEmpty();
      assertThat(group.parameters()).noneMatch(seen::contains);
      seen.addAll(group.parameters());
    }
    List<Parameter> rest = new ArrayList<>(model.parameters());
    rest.removeAll(seen);
    assertThat(rest)
        .extracting(parameter -> parameter.name().replaceAll("\\..*", ""))
        .containsOnly("x_embedder", "clean_x_embedder", "proj_out");
  }

  @Test
  void onTheHostAllGroupsAreInPlace() {
    try (Backend backend = new VectorBackend(2)) {
      assertThat(streamed(backend, DType.F32, 2)).containsExactly(resident(backend, DType.F32));
    }
  }

  @Test
  void onADeviceStreamedAndResidentWeightsGiveTheSameBits() {
    DType dtype = DType.BF16;
    float[] expected;
    long residentPeak;
    try (EmulatedDevice device = device();
        Backend backend = backend(device)) {
      expected = resident(backend, dtype);
      residentPeak = device.peakBytes();
    }
    try (EmulatedDevice device = device();
        Backend backend = backend(device)) {
      assertThat(streamed(backend, dtype, 2)).containsExactly(expected);
      long saved = streamedBytes(dtype) - 2 * largest(dtype);
      assertThat(saved).isPositive();
      assertThat(device.peakBytes()).isLessThanOrEqualTo(residentPeak - saved + 4096);
    }
  }

  @Test
  void onADeviceQuantisedWeightsAreStreamedToo() {
    WeightTypes types =
        model.weightTypes(DType.BF16).withQuantised(model.quantisable(QuantFormat.Q8_0));
    assertThat(types.quantised()).isNotEmpty();
    float[] expected;
    try (EmulatedDevice device = device();
        Backend backend = backend(device)) {
      expected = resident(backend, types);
    }
    try (EmulatedDevice device = device();
        Backend backend = backend(device)) {
      assertThat(streamed(backend, types, 2)).containsExactly(expected);
    }
    assertThat(model.weightGroups().stream().mapToLong(g -> g.byteSize(types)).sum())
        .isLessThan(streamedBytes(DType.BF16));
  }

  private static EmulatedDevice device() {
    EmulatorOptions options = EmulatorOptions.defaults();
    return new EmulatedDevice(options.withChecks(false).withWorkers(2, options.instructionLimit()));
  }

  private static Backend backend(EmulatedDevice device) {
    return new GpuBackend("cuda-emulated", device);
  }

  private long largest(DType dtype) {
    return largest(model.weightTypes(dtype));
  }

  private long largest(WeightTypes types) {
    return model.weightGroups().stream().mapToLong(g -> g.byteSize(types)).max().orElseThrow();
  }

  private long streamedBytes(DType dtype) {
    WeightTypes types = model.weightTypes(dtype);
    return model.weightGroups().stream().mapToLong(g -> g.byteSize(types)).sum();
  }

  private float[] resident(Backend backend, DType dtype) {
    return resident(backend, model.weightTypes(dtype));
  }

  private float[] resident(Backend backend, WeightTypes types) {
    try (ComponentWeights files = open();
        WeightStore weights =
            CheckpointWeights.load(
                files, model.parameters(), List.of(), types, LoraMerge.NONE, backend)) {
      return velocity(backend, weights);
    }
  }

  /** With a ring of {@code groups} times the largest group. */
  private float[] streamed(Backend backend, DType dtype, int groups) {
    return streamed(backend, model.weightTypes(dtype), groups);
  }

  private float[] streamed(Backend backend, WeightTypes types, int groups) {
    List<Long> sizes = model.weightGroups().stream().map(g -> g.byteSize(types)).toList();
    try (ComponentWeights files = open();
        WeightStream stream = backend.weightStream("ring", sizes, groups * largest(types));
        WeightStore weights =
            CheckpointWeights.load(
                files,
                model.parameters(),
                List.of(),
                types,
                new StreamedWeightStore.Streamed(stream, 0, model.weightGroups()),
                LoraMerge.NONE,
                backend)) {
      return velocity(backend, weights);
    }
  }

  private static ComponentWeights open() {
    return ComponentWeights.open(
        Component.TRANSFORMER, GoldenData.path("transformer"), OpenOptions.MAPPED);
  }

  /** Of two evaluations one after the other, which must be equal. */
  private float[] velocity(Backend backend, WeightStore weights) {
    try (CompiledGraph graph = CompiledGraph.compile(golden.forward(model), backend, weights)) {
      Map<String, float[]> inputs = golden.attentionInputs(model);
      inputs.putAll(golden.context());
      for (String name : graph.graph().inputs().keySet()) {
        HostValues.upload(
            backend,
            inputs.containsKey(name) ? inputs.get(name) : golden.floats(name),
            graph.input(name));
      }
      graph.run();
      float[] first = HostValues.download(backend, graph.output(TransformerIo.VELOCITY));
      graph.run();
      float[] second = HostValues.download(backend, graph.output(TransformerIo.VELOCITY));
      assertThat(second).containsExactly(first);
      return second;
    }
  }
}
