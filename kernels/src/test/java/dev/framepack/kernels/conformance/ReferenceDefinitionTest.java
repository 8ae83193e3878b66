package dev.framepack.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.op.Cast;
import dev.framepack.kernels.op.Dequantize;
import dev.framepack.kernels.op.FramesToRgb8;
import dev.framepack.kernels.op.FramesToRgb8.Rounding;
import dev.framepack.kernels.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference backend against a second, independent writing of every definition. */
class ReferenceDefinitionTest {
  /** What float32 sums lose on the table's hardest rows (variance far from zero, width 1000). */
  private static final double FLOAT32_LOSS = 3e-5;

  private static final Backend REFERENCE = new ReferenceBackend(1);

  @AfterAll
  static void close() {
    REFERENCE.close();
  }

  static List<OpCase> arithmetic() {
    return OpCases.all().stream()
        .filter(entry -> entry.overwrites() < 0)
        .filter(entry -> !NaiveGather.covers(entry.op()))
        .filter(entry ->
            !(entry.op() instanceof Cast
                || entry.op() instanceof Dequantize
                || entry.op() instanceof FramesToRgb8))
        .toList();
  }

  static List<OpCase> gathers() {
    return OpCases.all().stream().filter(entry -> NaiveGather.covers(entry.op())).toList();
  }

  @ParameterizedTest
  @MethodSource("arithmetic")
  void arithmeticEqualsTheDefinitionInFloat32(OpCase entry) {
    float[] naive = NaiveFloat32.run(Operands.of(entry)).orElseThrow();
    float[] found = Errors.floats(CaseRunner.run(REFERENCE, entry));
    assertThat(Errors.firstSpecialMismatch(naive, found)).isEqualTo(-1);
    long row = entry.outputType().shape().rank() == 0 ? 1 : entry.outputType().shape().dim(-1);
    assertThat(Errors.worstRow(found, naive, row)).isLessThan(FLOAT32_LOSS);
  }

  @ParameterizedTest
  @MethodSource("gathers")
  void copiesTakeTheElementTheDefinitionNames(OpCase entry) {
    MemorySegment found = CaseRunner.run(REFERENCE, entry);
    assertThat(NaiveGather.run(entry).mismatch(found)).isEqualTo(-1);
  }

  @Test
  void castsRoundToNearestEven() {
    // 1 + 2^-8 lies between two bfloat16 and ties to the even one; 1 + 3 * 2^-8 ties upwards.
    assertThat(cast(DType.BF16, 1f, 1.00390625f, 1.01171875f, 3.4e38f, -0f))
        .containsExactly(
            (short) 0x3F80, (short) 0x3F80, (short) 0x3F82, (short) 0x7F80, (short) 0x8000);
    assertThat(cast(DType.BF16, Math.nextUp(1.00390625f), Float.POSITIVE_INFINITY, Float.NaN))
        .containsExactly((short) 0x3F81, (short) 0x7F80, (short) 0x7FC0);
    assertThat(cast(DType.F16, 1f, 65504f, 65519f, 65520f, 5.9604645e-8f, 2.9802322e-8f))
        .containsExactly(
            (short) 0x3C00, (short) 0x7BFF, (short) 0x7BFF, (short) 0x7C00, (short) 1, (short) 0);
  }

  private static short[] cast(DType target, float... values) {
    OpCase entry =
        OpCase.of(new Cast(target)).input((random, shape, i) -> values[(int) i], values.length);
    return CaseRunner.run(REFERENCE, entry).toArray(ValueLayout.JAVA_SHORT);
  }

  @Test
  void framesBecomeBytesInBothRoundings() {
    float[] pixels = {-2, -1, -0.999f, 0, 0.5f, 0.99f, 1, 3, -0.0039216f};
    assertThat(bytes(Rounding.TRUNCATE, pixels))
        .containsExactly(0, 0, 0, 127, 191, 253, 255, 255, 126);
    assertThat(bytes(Rounding.NEAREST_EVEN, pixels))
        .containsExactly(0, 0, 0, 128, 191, 254, 255, 255, 127);
  }

  /** Red of one row of pixels; green and blue are black. */
  private static int[] bytes(Rounding rounding, float... red) {
    OpCase entry =
        OpCase.of(new FramesToRgb8(rounding))
            .input(
                (random, shape, i) -> i < red.length ? red[(int) i] : -1, 1, 3, 1, 1, red.length);
    byte[] rgb = CaseRunner.run(REFERENCE, entry).toArray(ValueLayout.JAVA_BYTE);
    int[] found = new int[red.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = Byte.toUnsignedInt(rgb[3 * i]);
      assertThat(rgb[3 * i + 1]).isZero();
      assertThat(rgb[3 * i + 2]).isZero();
    }
    return found;
  }
}
