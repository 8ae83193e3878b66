package dev.framepack.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.op.Attention.Mask;
import dev.framepack.kernels.op.CausalConv3d;
import dev.framepack.kernels.op.GaussianSample;
import dev.framepack.kernels.op.GroupNorm;
import dev.framepack.kernels.op.GuidanceRescale;
import dev.framepack.kernels.op.LayerNorm;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.op.MaskedMean;
import dev.framepack.kernels.op.Op;
import dev.framepack.kernels.op.Patchify;
import dev.framepack.kernels.op.RelativeL1;
import dev.framepack.kernels.op.RmsNorm;
import dev.framepack.kernels.op.RotaryEmbedding;
import dev.framepack.kernels.op.TimestepEmbedding;
import dev.framepack.kernels.op.UpsampleNearest3d;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reference backend against what PyTorch and diffusers compute for the same numbers. */
class TorchDefinitionTest {
  private static final Backend REFERENCE = new ReferenceBackend(1);
  private static final Map<String, Recorded> RECORDED = read("/torch/ops.txt");

  private record Recorded(long[] dims, float[] values) {}

  @AfterAll
  static void close() {
    REFERENCE.close();
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void activations(Activation activation) {
    String expected = "activations." + activation.name().toLowerCase(Locale.ROOT);
    check(new Activate(activation), expected, "activations.x");
  }

  @Test
  void norms() {
    check(
        new LayerNorm(true, 1e-5f),
        "layer_norm.y",
        "layer_norm.x",
        "layer_norm.weight",
        "layer_norm.bias");
    check(new RmsNorm(1e-6f), "rms_norm.y", "rms_norm.x", "rms_norm.weight");
    check(
        new GroupNorm(2, 1e-6f, Activation.SILU),
        "group_norm.y",
        "group_norm.x",
        "group_norm.weight",
        "group_norm.bias");
  }

  @Test
  void linear() {
    check(Linear.plain(true), "linear.y", "linear.x", "linear.weight", "linear.bias");
  }

  @Test
  void attention() {
    float scale = (float) (1 / Math.sqrt(6));
    String[] qkv = {"attention.q", "attention.k", "attention.v"};
    String[] qkvMask = {"attention.q", "attention.k", "attention.v", "attention.mask"};
    check(Attention.of(Mask.CAUSAL, scale), "attention.causal", qkv);
    check(new Attention(Mask.FRAME_CAUSAL, 1, scale), "attention.causal", qkv);
    check(Attention.of(Mask.KEY_PADDING, scale), "attention.padded", qkvMask);
    check(Attention.of(Mask.PAIRWISE_PADDING, scale), "attention.pairwise", qkvMask);
  }

  @Test
  void causalConvolution() {
    String[] inputs = {"conv.x", "conv.weight", "conv.bias"};
    check(CausalConv3d.unstrided(), "conv.plain", inputs);
    check(new CausalConv3d(2, 2, false), "conv.strided", inputs);
  }

  @Test
  void upsampling() {
    check(new UpsampleNearest3d(2, 2), "upsample.y", "upsample.x");
  }

  @Test
  void patchifyAndLinearAreAStridedConvolution() {
    float[] tokens = run(new Patchify(2, 4, 4), "patchify.x");
    Recorded weight = RECORDED.get("patchify.weight");
    long depth = weight.dims[1];
    OpCase product =
        OpCase.of(Linear.plain(true))
            .input((random, shape, i) -> tokens[(int) i], 1, tokens.length / depth, depth)
            .weight(fill("patchify.weight"), weight.dims)
            .weight(fill("patchify.bias"), RECORDED.get("patchify.bias").dims);
    assertClose("patchify.y", Errors.floats(CaseRunner.run(REFERENCE, product)));
  }

  /** PyTorch's exp is a unit off at one of the 32 frequencies; a guidance of 10000 shows it. */
  @Test
  void timestepSinusoid() {
    float[] found = run(new TimestepEmbedding(64), "timestep.t");
    float[] expected = RECORDED.get("timestep.y").values;
    float[] timesteps = RECORDED.get("timestep.t").values;
    for (int i = 0; i < expected.length; i++) {
      double frequency = Math.exp(-Math.log(10000) * (i % 32) / 32);
      double unit = timesteps[i / 64] * Math.ulp((float) frequency);
      assertThat((double) found[i]).isCloseTo(expected[i], within(unit + 1e-7));
    }
  }

  @Test
  void rotaryEmbedding() {
    String[] inputs = {"rotary.x", "rotary.cos", "rotary.sin"};
    check(new RotaryEmbedding(RotaryEmbedding.Pairing.ADJACENT), "rotary.adjacent", inputs);
    check(new RotaryEmbedding(RotaryEmbedding.Pairing.HALVES), "rotary.halves", inputs);
  }

  @Test
  void reductions() {
    check(new MaskedMean(), "masked_mean.y", "masked_mean.x", "masked_mean.mask");
    check(new RelativeL1(), "relative_l1.y", "relative_l1.a", "relative_l1.b");
    OpCase rescale =
        OpCase.of(new GuidanceRescale())
            .input((random, shape, i) -> 0.7, 1)
            .input(fill("rescale.cfg"), RECORDED.get("rescale.cfg").dims)
            .input(fill("rescale.positive"), RECORDED.get("rescale.positive").dims);
    assertClose("rescale.y", Errors.floats(CaseRunner.run(REFERENCE, rescale)));
  }

  @Test
  void posteriorDraw() {
    check(new GaussianSample(), "gaussian.y", "gaussian.moments", "gaussian.noise");
  }

  private static void check(Op op, String expected, String... inputs) {
    assertClose(expected, run(op, inputs));
  }

  private static float[] run(Op op, String... inputs) {
    OpCase entry = OpCase.of(op);
    for (String input : inputs) {
      assertThat(RECORDED).containsKey(input);
      entry = entry.input(fill(input), RECORDED.get(input).dims);
    }
    return Errors.floats(CaseRunner.run(REFERENCE, entry));
  }

  private static Fill fill(String name) {
    float[] values = RECORDED.get(name).values;
    return (random, shape, i) -> values[(int) i];
  }

  private static void assertClose(String name, float[] found) {
    float[] expected = RECORDED.get(name).values;
    assertThat(found).as(name).hasSameSizeAs(expected);
    assertThat(Errors.firstSpecialMismatch(expected, found)).as(name).isEqualTo(-1);
    assertThat(Errors.worstRow(expected, found, found.length)).as(name).isLessThan(3e-7);
  }

  private static Map<String, Recorded> read(String resource) {
    try (InputStream in = TorchDefinitionTest.class.getResourceAsStream(resource)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\\|"))
          .collect(Collectors.toMap(part -> part[0], part -> recorded(part[1], part[2])));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Recorded recorded(String dims, String values) {
    String[] numbers = values.split(" ");
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.parseFloat(numbers[i]);
    }
    return new Recorded(
        Arrays.stream(dims.split(",")).mapToLong(Long::parseLong).toArray(), floats);
  }
}
