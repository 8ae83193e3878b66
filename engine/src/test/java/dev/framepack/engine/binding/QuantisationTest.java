package dev.framepack.engine.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.weights.StorageType;
import dev.framepack.weights.WeightException;
import dev.framepack.weights.WeightTensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Quantised rows against those recorded from ggml's Python package, and E4M3 by brute force. */
final class QuantisationTest {

  private static byte[] quantise(QuantFormat format, int rows, float... values) {
    Parameter parameter = new Parameter("w", Shape.of(rows, values.length / rows));
    byte[] target = new byte[(int) format.type(parameter.shape()).byteSize()];
    Quantisation.quantise(
        parameter, MemorySegment.ofArray(values), format, MemorySegment.ofArray(target));
    return target;
  }

  @Test
  void blocksAreThoseOfGgml() throws IOException {
    Map<String, byte[]> recorded = new HashMap<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(QuantisationTest.class.getResourceAsStream("ggml.txt")),
                StandardCharsets.UTF_8))) {
      reader
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" "))
          .forEach(word -> recorded.put(word[0], HexFormat.of().parseHex(word[1])));
    }
    float[] values =
        MemorySegment.ofArray(recorded.get("x")).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    for (int rows = 1; rows <= 2; rows++) {
      assertThat(quantise(QuantFormat.Q8_0, rows, values)).isEqualTo(recorded.get("Q8_0"));
      assertThat(quantise(QuantFormat.Q4_0, rows, values)).isEqualTo(recorded.get("Q4_0"));
    }
  }

  @Test
  void aBlockOfZerosIsWhatGgmlMakesOfIt() {
    assertThat(quantise(QuantFormat.Q8_0, 1, new float[32])).containsOnly(0);
    byte[] q4 = quantise(QuantFormat.Q4_0, 1, new float[32]);
    assertThat(q4).startsWith(0x00, 0x80).endsWith(0x88).hasSize(18);
  }

  /** Every value becomes a nearest code, and the scale is the least power of two that holds all. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-30, 0.02, 1, 448, 449, 3e38})
  void e4m3IsNearestUnderThePowerOfTwoOfItsRow(double magnitude) {
    Random random = new Random(5);
    int columns = 256;
    float[] values = new float[columns];
    float most = 0;
    for (int i = 0; i < columns; i++) {
      values[i] = (float) (magnitude * (2 * random.nextDouble() - 1));
      values[i] = i % 5 == 0 ? values[i] / 300 : values[i];
      most = Math.max(most, Math.abs(values[i]));
    }
    MemorySegment stored = MemorySegment.ofArray(quantise(QuantFormat.FP8_E4M3, 1, values));
    float scale = stored.get(ValueLayout.JAVA_FLOAT_UNALIGNED, columns);
    assertThat(Math.scalb(1f, Math.getExponent(scale))).isEqualTo(scale);
    assertThat(most / scale).isGreaterThan(224).isLessThanOrEqualTo(448);
    float[] codes = e4m3(IntStream.range(0, 256).toArray());
    for (int i = 0; i < columns; i++) {
      int code = Byte.toUnsignedInt(stored.get(ValueLayout.JAVA_BYTE, i));
      double best = Double.POSITIVE_INFINITY;
      for (float candidate : codes) {
        double distance = Math.abs((double) candidate * scale - values[i]);
        best = distance < best ? distance : best;
      }
      assertThat(Math.abs((double) codes[code] * scale - values[i])).isEqualTo(best);
    }
  }

  private static float[] e4m3(int[] codes) {
    byte[] bytes = new byte[codes.length];
    IntStream.range(0, codes.length).forEach(i -> bytes[i] = (byte) codes[i]);
    return new WeightTensor(
            "codes", StorageType.F8_E4M3, new long[] {bytes.length}, MemorySegment.ofArray(bytes))
        .toFloats();
  }

  /** A checkpoint that is E4M3 already loses nothing. */
  @Test
  void e4m3ValuesComeBackAsTheyAre() {
    int[] finite = IntStream.range(0, 256).filter(code -> (code & 0x7F) != 0x7F).toArray();
    float[] values = e4m3(finite); // 254 of them
    float[] row = Arrays.copyOf(values, 256);
    MemorySegment stored = MemorySegment.ofArray(quantise(QuantFormat.FP8_E4M3, 1, row));
    assertThat(stored.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 256)).isEqualTo(1);
    for (int i = 0; i < finite.length; i++) {
      assertThat(Byte.toUnsignedInt(stored.get(ValueLayout.JAVA_BYTE, i))).isEqualTo(finite[i]);
    }
  }

  @Test
  void everyRowHasItsOwnScale() {
    MemorySegment stored =
        MemorySegment.ofArray(
            quantise(QuantFormat.FP8_E4M3, 3, 448, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, -7));
    assertThat(stored.asSlice(12).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
        .containsExactly(1, 1, 1 / 64f);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void whatIsNotFiniteIsRefused(float bad) {
    for (QuantFormat format :
        new QuantFormat[] {QuantFormat.FP8_E4M3, QuantFormat.Q8_0, QuantFormat.Q4_0}) {
      float[] values = new float[32];
      values[7] = bad;
      assertThatThrownBy(() -> quantise(format, 1, values))
          .isInstanceOf(WeightException.class)
          .hasMessageStartingWith("MODEL_NON_FINITE: tensor 'w': has a NaN or infinite value");
    }
  }

  @Test
  void scalesBeyondF16AreRefused() {
    float[] values = new float[32];
    values[0] = 1e8f;
    assertThatThrownBy(() -> quantise(QuantFormat.Q8_0, 1, values))
        .isInstanceOf(WeightException.class)
        .hasMessageContaining("too large for a scale in F16");
  }
}
