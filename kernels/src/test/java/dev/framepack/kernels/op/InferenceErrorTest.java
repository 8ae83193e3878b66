package dev.framepack.kernels.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.framepack.kernels.conformance.OpCase;
import dev.framepack.kernels.conformance.OpCases;
import dev.framepack.kernels.op.Attention.Mask;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.ShapeException;
import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Inputs that do not fit are named before any memory is touched. */
class InferenceErrorTest {
  private static final Set<String> ANY_TYPE = Set.of("concat", "slice", "permute", "cast");

  private static TensorType f32(long... dims) {
    return TensorType.f32(dims);
  }

  static Stream<OpCase> everyCase() {
    return OpCases.all().stream().filter(entry -> entry.overwrites() < 0);
  }

  @Test
  void theTableHoldsEveryOperation() {
    Set<Class<?>> inTable = new HashSet<>();
    everyCase().forEach(entry -> inTable.add(entry.op().getClass()));
    assertThat(inTable).containsExactlyInAnyOrder(Op.class.getPermittedSubclasses());
  }

  @Test
  void anInputTooManyOrTooFew() {
    everyCase()
        .filter(entry -> !(entry.op() instanceof Concat))
        .forEach(entry -> {
          List<TensorType> types = new ArrayList<>(entry.inputTypes());
          int expected = types.size();
          types.add(f32(1));
          assertThatThrownBy(() -> entry.op().infer(types))
              .isInstanceOf(ShapeException.class)
              .hasMessageContainingAll(
                  entry.op().name(), "takes " + expected, "found " + (expected + 1));
          assertThatThrownBy(() -> entry.op().infer(types.subList(0, expected - 1)))
              .isInstanceOf(ShapeException.class)
              .hasMessageContainingAll(
                  entry.op().name(), "takes " + expected, "found " + (expected - 1));
        });
    assertThatThrownBy(() -> new Concat(0).infer(List.of()))
        .isInstanceOf(ShapeException.class)
        .hasMessage("concat: needs at least one input");
  }

  @Test
  void anInputOfAnotherType() {
    everyCase()
        .filter(entry -> !ANY_TYPE.contains(entry.op().name()))
        .forEach(entry -> {
          for (int i = 0; i < entry.operands().size(); i++) {
            List<TensorType> types = new ArrayList<>(entry.inputTypes());
            DType other = types.get(i).dtype() == DType.U8 ? DType.F32 : DType.U8;
            types.set(i, new TensorType(types.get(i).shape(), other));
            assertThatThrownBy(() -> entry.op().infer(types))
                .as(entry.toString())
                .isInstanceOf(ShapeException.class)
                .hasMessageContainingAll(
                    entry.op().name(), "input " + i, "must be", "found " + types.get(i));
          }
        });
  }

  @Test
  void halfPrecisionGivesHalfPrecisionOfTheSameShape() {
    for (DType dtype : List.of(DType.BF16, DType.F16)) {
      for (OpCase entry : OpCases.all(dtype)) {
        List<TensorType> types = entry.inputTypes();
        DType expected =
            switch (entry.op().name()) {
              case "relative_l1" -> DType.F32;
              case "frames_to_rgb8" -> DType.U8;
              default -> dtype;
            };
        assertThat(entry.op().infer(types).dtype()).as(entry.toString()).isEqualTo(expected);
        entry
            .op()
            .decompose()
            .ifPresent(steps ->
                assertThat(steps.infer(types).getLast()).isEqualTo(entry.op().infer(types)));
      }
    }
  }

  @Test
  void operandsOfTwoFloatTypesAreRefused() {
    TensorType half = new TensorType(Shape.of(8, 8), DType.BF16);
    assertThatThrownBy(() -> Linear.plain(false).infer(List.of(half, f32(8, 8))))
        .hasMessage("linear: input 1 must be BF16, found F32[8, 8]");
    TensorType x = new TensorType(Shape.of(1, 6, 4, 8), DType.F16);
    TensorType table = new TensorType(Shape.of(6, 8), DType.F16);
    assertThatThrownBy(() ->
            new RotaryEmbedding(RotaryEmbedding.Pairing.HALVES).infer(List.of(x, table, table)))
        .hasMessage("rotary_embedding: input 1 must be F32, found F16[6, 8]");
  }

  /** One more axis, or one element more in any axis: understood, or refused by name. */
  @Test
  void anInputOfAnotherShape() {
    everyCase()
        .forEach(entry -> {
          for (int i = 0; i < entry.operands().size(); i++) {
            for (Shape shape : changed(entry.inputTypes().get(i).shape())) {
              List<TensorType> types = new ArrayList<>(entry.inputTypes());
              types.set(i, types.get(i).withShape(shape));
              Throwable thrown = catchThrowable(() -> entry.op().infer(types));
              if (thrown != null) {
                assertThat(thrown)
                    .as("%s with input %d = %s", entry, i, shape)
                    .isInstanceOf(ShapeException.class)
                    .hasMessageStartingWith(entry.op().name() + ": ");
              }
            }
          }
        });
  }

  private static List<Shape> changed(Shape shape) {
    List<Shape> shapes = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      shapes.add(shape.with(axis, shape.dim(axis) + 1));
    }
    long[] more = Arrays.copyOf(shape.dims(), shape.rank() + 1);
    more[shape.rank()] = 1;
    shapes.add(Shape.of(more));
    shapes.add(Shape.of());
    return shapes;
  }

  static Stream<Arguments> wrong() {
    TensorType x = f32(2, 5, 8);
    TensorType q = f32(1, 6, 4, 8);
    TensorType video = f32(1, 4, 3, 8, 8);
    return Stream.of(
        Arguments.of(Linear.plain(true), List.of(x, f32(3, 7), f32(3)), "K of W [3, 7]"),
        Arguments.of(Linear.plain(true), List.of(x, f32(3, 8), f32(4)), "input 2 must be [3]"),
        Arguments.of(
            new Linear(false, Activation.NONE, Linear.Epilogue.GATED_RESIDUAL),
            List.of(x, f32(3, 8), f32(2, 5, 3), f32(3)),
            "input 3 must be [B, D] or [B, N, D]"),
        Arguments.of(
            Attention.of(Mask.NONE, 1), List.of(q, f32(1, 6, 3, 8), f32(1, 6, 3, 8)), "k must be"),
        Arguments.of(
            Attention.of(Mask.CAUSAL, 1), List.of(q, f32(1, 7, 4, 8), f32(1, 7, 4, 8)), "CAUSAL"),
        Arguments.of(new Attention(Mask.FRAME_CAUSAL, 4, 1), List.of(q, q, q), "tokensPerFrame 4"),
        Arguments.of(
            Attention.of(Mask.KEY_PADDING, 1),
            List.of(q, q, q, f32(1, 5)),
            "input 3 must be [1, 6]"),
        Arguments.of(
            CausalConv3d.unstrided(), List.of(video, f32(2, 3, 3, 3, 3), f32(2)), "channels of x"),
        Arguments.of(
            CausalConv3d.unstrided(), List.of(video, f32(2, 4, 3, 2, 3), f32(2)), "must be odd"),
        Arguments.of(
            new CausalConv3d(2, 2, true),
            List.of(video, f32(2, 4, 3, 3, 3), f32(2), video),
            "input 3 must be [1, 2, 2, 4, 4]"),
        Arguments.of(
            new Unpatchify(1, 2, 2, 1, 3, 4), List.of(f32(1, 2, 16)), "multiple of the patch"),
        Arguments.of(new Unpatchify(1, 2, 2, 1, 4, 4), List.of(f32(1, 3, 16)), "x must be [B, 4"),
        Arguments.of(
            new GroupNorm(3, 1e-6f, Activation.NONE), List.of(video, f32(4), f32(4)), "3 groups"),
        Arguments.of(
            new RotaryEmbedding(RotaryEmbedding.Pairing.HALVES),
            List.of(q, f32(7, 8), f32(7, 8)),
            "tables must be"),
        Arguments.of(new Modulate(), List.of(x, f32(8), f32(8)), "input 1 must be [B, D]"),
        Arguments.of(new Add(), List.of(x, f32(2, 5)), "b must be a suffix of [2, 5, 8]"),
        Arguments.of(new Concat(1), List.of(x, f32(2, 5, 7)), "axis 1 only"),
        Arguments.of(new Concat(5), List.of(x), "axis 5 must exist"),
        Arguments.of(new Slice(1, 3, 3), List.of(x), "3..6 is outside axis 1"),
        Arguments.of(new Slice(3, 0, 1), List.of(x), "axis 3 must exist"),
        Arguments.of(Permute.of(0, 1, 1), List.of(x), "no order of the axes"),
        Arguments.of(
            new Cast(DType.BF16),
            List.of(new TensorType(Shape.of(3), DType.I32)),
            "converts floats only, found I32"),
        Arguments.of(
            new Dequantize(QuantFormat.Q8_0, DType.F32),
            List.of(new TensorType(Shape.of(3, 35), DType.U8)),
            "rows of 35 bytes are no rows of Q8_0"),
        Arguments.of(
            new Dequantize(QuantFormat.Q4_K, DType.I32),
            List.of(new TensorType(Shape.of(3, 144), DType.U8)),
            "makes floats only, found I32"),
        Arguments.of(
            new Dequantize(QuantFormat.FP8_E4M3, DType.F32),
            List.of(new TensorType(Shape.of(3, 5), DType.U8)),
            "rows of 5 bytes are no rows of FP8_E4M3"),
        Arguments.of(new Crossfade(2), List.of(x, x, f32(5)), "input 2 must be [8]"),
        Arguments.of(new GaussianSample(), List.of(x, x), "noise must be"),
        Arguments.of(
            new FramesToRgb8(FramesToRgb8.Rounding.TRUNCATE), List.of(video), "[1, 3, T, H, W]"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void saysWhatWasExpectedAndFound(Op op, List<TensorType> inputs, String expected) {
    assertThatThrownBy(() -> op.infer(inputs))
        .isInstanceOf(ShapeException.class)
        .hasMessageStartingWith(op.name() + ": ")
        .hasMessageContaining(expected);
  }

  @Test
  void parametersBelowOneAreRefused() {
    assertThatThrownBy(() -> new CausalConv3d(0, 1, false))
        .hasMessage("causal_conv3d: strideT must be at least 1, found 0");
    assertThatThrownBy(() -> new UpsampleNearest3d(1, -2))
        .hasMessage("upsample_nearest3d: scaleHw must be at least 1, found -2");
    assertThatThrownBy(() -> new Patchify(1, 0, 1))
        .hasMessage("patchify: patchH must be at least 1, found 0");
    assertThatThrownBy(() -> new GroupNorm(0, 1e-6f, Activation.NONE))
        .hasMessage("group_norm: groups must be at least 1, found 0");
    assertThatThrownBy(() -> new TimestepEmbedding(3))
        .hasMessage("timestep_embedding: channels must be even and positive, found 3");
  }
}
