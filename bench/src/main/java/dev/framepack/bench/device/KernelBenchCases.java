package dev.framepack.bench.device;

import static dev.framepack.kernels.conformance.Fill.NORMAL;
import static dev.framepack.kernels.conformance.Fill.PREFIX_MASK;
import static dev.framepack.kernels.conformance.Fill.TIMESTEP;

import dev.framepack.kernels.conformance.Fill;
import dev.framepack.kernels.conformance.OpCase;
import dev.framepack.kernels.op.Activate;
import dev.framepack.kernels.op.Activation;
import dev.framepack.kernels.op.Add;
import dev.framepack.kernels.op.Affine;
import dev.framepack.kernels.op.Attention;
import dev.framepack.kernels.op.Cast;
import dev.framepack.kernels.op.Concat;
import dev.framepack.kernels.op.Dequantize;
import dev.framepack.kernels.op.Embedding;
import dev.framepack.kernels.op.GatedResidual;
import dev.framepack.kernels.op.GuidanceRescale;
import dev.framepack.kernels.op.LayerNorm;
import dev.framepack.kernels.op.LayerNormModulate;
import dev.framepack.kernels.op.Linear;
import dev.framepack.kernels.op.LinearCombination;
import dev.framepack.kernels.op.MaskedMean;
import dev.framepack.kernels.op.Modulate;
import dev.framepack.kernels.op.Patchify;
import dev.framepack.kernels.op.Permute;
import dev.framepack.kernels.op.RelativeL1;
import dev.framepack.kernels.op.RmsNorm;
import dev.framepack.kernels.op.RmsNormRotary;
import dev.framepack.kernels.op.RotaryEmbedding;
import dev.framepack.kernels.op.Slice;
import dev.framepack.kernels.op.SwiGlu;
import dev.framepack.kernels.op.TimestepEmbedding;
import dev.framepack.kernels.op.Unpatchify;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.QuantFormat;
import java.util.ArrayList;
import java.util.List;

/** The transformer's and the encoders' operations at the shapes they run at, in F32. */
final class KernelBenchCases {
  private static final float EPS = 1e-6f;
  private static final int LLAMA_GROUP = 4;
  private static final int SIGLIP_HEAD_DIM = 72;
  private static final int CLIP_HEAD_DIM = 64;
  private static final int STEPS = 25;

  private KernelBenchCases() {}

  /** Every operation of a sampling step and its conditioning, and of the encoders. */
  static List<OpCase> all(BenchScale s) {
    List<OpCase> cases = new ArrayList<>();
    linear(cases, s);
    attention(cases, s);
    norms(cases, s);
    elementwise(cases, s);
    packing(cases, s);
    quantised(cases, s);
    return cases;
  }

  private static void linear(List<OpCase> cases, BenchScale s) {
    int d = s.width();
    cases.add(linear(Linear.plain(true), s.tokens(), d, 3 * d));
    cases.add(
        linear(
            new Linear(true, Activation.GELU_TANH, Linear.Epilogue.NONE),
            s.tokens(),
            d,
            s.hidden()));
    cases.add(
        linear(
                new Linear(true, Activation.NONE, Linear.Epilogue.GATED_RESIDUAL),
                s.tokens(),
                s.hidden(),
                d)
            .input(NORMAL, 1, s.tokens(), d)
            .input(NORMAL, 1, d)
            .over(3));
    cases.add(
        linear(new Linear(true, Activation.NONE, Linear.Epilogue.ADD), s.imageTokens(), d, d)
            .input(NORMAL, 1, s.imageTokens(), d));
    cases.add(linear(Linear.plain(true), STEPS, d, 6 * d));
    cases.add(linear(Linear.plain(true), 1, d, 6 * d));
    cases.add(linear(Linear.plain(true), s.tokens(), d, 64));
    cases.add(linear(Linear.plain(false), s.textTokens(), d + 1, d + 1));
  }

  private static OpCase linear(Linear op, int rows, int in, int out) {
    OpCase base = OpCase.of(op).input(NORMAL, 1, rows, in).weight(Fill.WEIGHT, out, in);
    return op.bias() ? base.weight(NORMAL, out) : base;
  }

  private static void attention(List<OpCase> cases, BenchScale s) {
    cases.add(attention(Attention.Mask.NONE, s.tokens(), s.heads(), s.heads(), s.headDim()));
    cases.add(
        attention(Attention.Mask.PAIRWISE_PADDING, s.textTokens(), s.heads(), s.heads(), 64)
            .input(PREFIX_MASK, 1, s.textTokens()));
    cases.add(
        attention(Attention.Mask.KEY_PADDING, s.textTokens(), s.heads(), s.heads(), s.headDim())
            .input(PREFIX_MASK, 1, s.textTokens()));
    cases.add(attention(Attention.Mask.CAUSAL, s.textTokens(), 8 * LLAMA_GROUP, 8, s.headDim()));
    cases.add(attention(Attention.Mask.NONE, s.imageTokens(), 16, 16, SIGLIP_HEAD_DIM));
    cases.add(attention(Attention.Mask.CAUSAL, 77, 12, 12, CLIP_HEAD_DIM));
    cases.add(attention(Attention.Mask.NONE, s.imageTokens(), 4, 4, 16));
    cases.add(attention(Attention.Mask.NONE, s.imageTokens(), 4, 4, 32));
    cases.add(attention(Attention.Mask.NONE, s.imageTokens(), 2, 2, 256));
    cases.add(attention(Attention.Mask.NONE, s.imageTokens(), 2, 2, 13));
  }

  static OpCase attention(Attention.Mask mask, int tokens, int heads, int kvHeads, int headDim) {
    return OpCase.of(Attention.of(mask, (float) (1 / Math.sqrt(headDim))))
        .input(NORMAL, 1, tokens, heads, headDim)
        .input(NORMAL, 1, tokens, kvHeads, headDim)
        .input(NORMAL, 1, tokens, kvHeads, headDim);
  }

  private static void norms(List<OpCase> cases, BenchScale s) {
    int d = s.width();
    int head = s.headDim();
    cases.add(OpCase.of(new LayerNorm(false, EPS)).input(NORMAL, 1, s.tokens(), d));
    cases.add(
        OpCase.of(new LayerNorm(true, EPS))
            .input(NORMAL, 1, s.imageTokens(), d)
            .weight(NORMAL, d)
            .weight(NORMAL, d));
    cases.add(
        OpCase.of(new LayerNormModulate(EPS))
            .input(NORMAL, 1, s.tokens(), d)
            .input(NORMAL, 1, d)
            .input(NORMAL, 1, d));
    cases.add(OpCase.of(new RmsNorm(EPS)).input(NORMAL, 1, s.textTokens(), d).weight(NORMAL, d));
    for (RotaryEmbedding.Pairing pairing : RotaryEmbedding.Pairing.values()) {
      cases.add(
          OpCase.of(new RmsNormRotary(EPS, pairing))
              .input(NORMAL, 1, s.tokens(), s.heads(), head)
              .weight(NORMAL, head)
              .input(NORMAL, s.tokens() - 5, head)
              .input(NORMAL, s.tokens() - 5, head));
      cases.add(
          OpCase.of(new RotaryEmbedding(pairing))
              .input(NORMAL, 1, s.textTokens(), s.heads(), head)
              .input(NORMAL, s.textTokens(), head)
              .input(NORMAL, s.textTokens(), head));
    }
  }

  private static void elementwise(List<OpCase> cases, BenchScale s) {
    long[] stream = {1, s.tokens(), s.width()};
    for (Activation activation : Activation.values()) {
      cases.add(OpCase.of(new Activate(activation)).input(NORMAL, stream));
    }
    cases.add(OpCase.of(new Add()).input(NORMAL, stream).input(NORMAL, stream));
    cases.add(OpCase.of(new Add()).input(NORMAL, stream).input(NORMAL, s.width()));
    cases.add(OpCase.of(new SwiGlu()).input(NORMAL, stream).input(NORMAL, stream));
    cases.add(OpCase.of(new Affine(0.5f, 0.25f)).input(NORMAL, stream));
    cases.add(
        OpCase.of(new Modulate())
            .input(NORMAL, stream)
            .input(NORMAL, 1, s.width())
            .input(NORMAL, 1, s.width()));
    cases.add(
        OpCase.of(new GatedResidual())
            .input(NORMAL, stream)
            .input(NORMAL, 1, s.width())
            .input(NORMAL, stream));
    cases.add(
        OpCase.of(new LinearCombination(2))
            .input(NORMAL, 2)
            .input(NORMAL, stream)
            .input(NORMAL, stream));
    cases.add(OpCase.of(new RelativeL1()).input(NORMAL, stream).input(NORMAL, stream));
    cases.add(
        OpCase.of(new MaskedMean())
            .input(NORMAL, 1, s.textTokens(), s.width())
            .input(PREFIX_MASK, 1, s.textTokens()));
    long[] latents = {1, 16, 9, s.latentHeight(), s.latentWidth()};
    cases.add(
        OpCase.of(new GuidanceRescale())
            .input(NORMAL, 1)
            .input(NORMAL, latents)
            .input(NORMAL, latents));
    cases.add(OpCase.of(new TimestepEmbedding(256)).input(TIMESTEP, STEPS));
    for (DType from : List.of(DType.F32, DType.BF16, DType.F16)) {
      for (DType to : List.of(DType.F32, DType.BF16, DType.F16)) {
        if (from != to) {
          cases.add(OpCase.of(new Cast(to)).input(NORMAL, from, stream));
        }
      }
    }
  }

  /** The weights of a feed-forward layer, as they are expanded before its product. */
  private static void quantised(List<OpCase> cases, BenchScale s) {
    for (QuantFormat format : QuantFormat.values()) {
      long depth = Math.ceilDiv(s.width(), 256) * 256L;
      for (DType to : List.of(DType.F32, DType.BF16, DType.F16)) {
        cases.add(
            OpCase.of(new Dequantize(format, to))
                .input(Fill.ids(256), DType.U8, s.hidden(), format.rowBytes(depth)));
      }
    }
  }

  private static void packing(List<OpCase> cases, BenchScale s) {
    long[] stream = {1, s.tokens(), s.width()};
    cases.add(
        OpCase.of(new Embedding())
            .input(Fill.ids(1000), DType.I32, 1, s.textTokens())
            .weight(NORMAL, 1000, s.width()));
    cases.add(
        OpCase.of(new Concat(1)).input(NORMAL, stream).input(NORMAL, 1, s.textTokens(), s.width()));
    cases.add(OpCase.of(new Slice(1, 3, s.tokens() - 3)).input(NORMAL, stream));
    cases.add(
        OpCase.of(Permute.of(0, 2, 1, 3)).input(NORMAL, 1, s.tokens(), s.heads(), s.headDim()));
    int height = s.latentHeight();
    int width = s.latentWidth();
    cases.add(OpCase.of(new Patchify(1, 2, 2)).input(NORMAL, 1, 16, 9, height, width));
    cases.add(OpCase.of(new Patchify(2, 4, 4)).input(NORMAL, 1, 16, 2, height, width));
    cases.add(OpCase.of(new Patchify(4, 8, 8)).input(NORMAL, 1, 16, 16, height, width));
    int rows = height / 2;
    int columns = width / 2;
    cases.add(
        OpCase.of(new Unpatchify(1, 2, 2, 9, 2 * rows, 2 * columns))
            .input(NORMAL, 1, 9L * rows * columns, 64));
  }
}
