package dev.framepack.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import dev.framepack.kernels.emulator.EmulatedDevice;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.op.Dequantize;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.QuantFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Quantised blocks against values recorded from ggml's Python package, and E4M3 against its table.
 */
class DequantizeTest {

  /** A block and the float32 that ggml makes of it. */
  private record Recorded(byte[] block, float[] values) {}

  static List<Backend> backends() {
    return List.of(
        new ReferenceBackend(1),
        new VectorBackend(2),
        new GpuBackend("cuda-emulated", new EmulatedDevice()));
  }

  private static Map<QuantFormat, Recorded> recorded() throws IOException {
    Map<QuantFormat, Recorded> recorded = new EnumMap<>(QuantFormat.class);
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    DequantizeTest.class.getResourceAsStream(
                        "/dev/framepack/kernels/quant/ggml.txt")),
                StandardCharsets.UTF_8))) {
      Iterator<String> lines = reader.lines().filter(line -> !line.startsWith("#")).iterator();
      while (lines.hasNext()) {
        String[] block = lines.next().split(" ");
        ByteBuffer values =
            ByteBuffer.wrap(HexFormat.of().parseHex(lines.next())).order(ByteOrder.LITTLE_ENDIAN);
        float[] floats = new float[values.remaining() / Float.BYTES];
        values.asFloatBuffer().get(floats);
        recorded.put(
            QuantFormat.valueOf(block[0]), new Recorded(HexFormat.of().parseHex(block[1]), floats));
      }
    }
    return recorded;
  }

  private static OpCase bytes(QuantFormat format, DType target, long rows, byte[] bytes) {
    return OpCase.of(new Dequantize(format, target))
        .input(
            (random, shape, i) -> Byte.toUnsignedInt(bytes[(int) i]),
            DType.U8,
            rows,
            bytes.length / rows);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void blocksMeanWhatGgmlSays(Backend backend) throws IOException {
    Map<QuantFormat, Recorded> recorded = recorded();
    assertThat(recorded).containsOnlyKeys(QuantFormat.Q8_0, QuantFormat.Q4_0, QuantFormat.Q4_K);
    try (backend) {
      recorded.forEach((format, one) ->
          assertThat(
                  CaseRunner.run(backend, bytes(format, DType.F32, 1, one.block))
                      .toArray(ValueLayout.JAVA_FLOAT))
              .as(format.id())
              .containsExactly(one.values));
    }
  }

  /** All 256 codes under two scales: the published table of E4M3 in its closed form. */
  @ParameterizedTest
  @MethodSource("backends")
  void everyCodeOfE4m3HasItsValue(Backend backend) {
    float[] scales = {0.25f, 3};
    ByteBuffer stored = ByteBuffer.allocate(2 * 260).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 512; i++) {
      stored.put((byte) i);
    }
    stored.putFloat(scales[0]).putFloat(scales[1]);
    try (backend) {
      float[] found =
          CaseRunner.run(backend, bytes(QuantFormat.FP8_E4M3, DType.F32, 2, stored.array()))
              .toArray(ValueLayout.JAVA_FLOAT);
      for (int i = 0; i < 512; i++) {
        int code = i % 128;
        double magnitude =
            code == 127
                ? Double.NaN
                : code < 8 ? code / 512.0 : (8 + code % 8) * Math.pow(2, code / 8 - 10);
        double value = i % 256 < 128 ? magnitude : -magnitude;
        assertThat(found[i])
            .as("code %d", i)
            .isEqualTo(Float.valueOf((float) (value * scales[i / 256])));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void everyTypeAndAlignmentEqualsTheReference(Backend backend) {
    try (backend;
        Backend reference = new ReferenceBackend(1)) {
      Conformance conformance = new Conformance(reference);
      for (OpCase entry : OpCases.named("dequantize")) {
        for (int off = 0; off < 2; off++) {
          Conformance.Verdict verdict = conformance.check(backend, entry, off);
          assertThat(verdict.fault()).as(entry + " off " + off).isEmpty();
        }
      }
    }
  }
}
