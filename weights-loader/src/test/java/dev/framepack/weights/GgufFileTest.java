package dev.framepack.weights;

import static dev.framepack.weights.GgufWriter.STRING;
import static dev.framepack.weights.GgufWriter.UINT32;
import static dev.framepack.weights.GgufWriter.le;
import static dev.framepack.weights.GgufWriter.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GGUF files right and wrong; the wrong ones after ggml's own list and the published attacks. */
class GgufFileTest {
  private static final int F32 = 0;
  private static final int Q4_0 = 2;
  private static final int Q8_0 = 8;
  private static final int BF16 = 30;

  @TempDir Path folder;

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private WeightFile open(GgufWriter writer) throws IOException {
    return WeightFile.open(writer.write(folder.resolve("model.gguf")));
  }

  private void refused(GgufWriter writer, String code, String... texts) {
    Refusal.of(() -> open(writer).close(), code, texts);
  }

  private static GgufWriter good() {
    return new GgufWriter()
        .entry("general.architecture", STRING, text("hyvid"))
        .tensor("a.weight", F32, floats(1, 2, 3, 4, 5, 6), 3, 2)
        .tensor("b", BF16, new byte[] {(byte) 0x80, 0x3F}, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void namesShapesTypesMetadataAndValuesAreRead(int version) throws IOException {
    GgufWriter writer =
        good()
            .entry("k.u8", 0, le(1, 255))
            .entry("k.i16", 3, le(2, -2))
            .entry("k.f32", 6, floats(0.5f))
            .entry("k.bool", 7, le(1, 1))
            .entry("k.f64", 12, le(8, Double.doubleToLongBits(2.5)))
            .entry("k.tokens", 9, le(4, STRING), le(8, 2), text("x"), text("yz"))
            .entry("k.numbers", 9, le(4, 5), le(8, 9), new byte[36]);
    writer.version = version;
    try (WeightFile file = open(writer)) {
      assertThat(file.names()).containsExactly("a.weight", "b");
      assertThat(file.info("a.weight"))
          .isEqualTo(new TensorInfo("a.weight", StorageType.F32, new long[] {2, 3}));
      assertThat(file.tensor("a.weight").toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(file.tensor("b").toFloats()).containsExactly(1);
      assertThat(file.metadata())
          .containsEntry("general.architecture", "hyvid")
          .containsEntry("k.u8", "255")
          .containsEntry("k.i16", "-2")
          .containsEntry("k.f32", "0.5")
          .containsEntry("k.bool", "true")
          .containsEntry("k.f64", "2.5")
          .containsEntry("k.tokens", "2 values")
          .containsEntry("k.numbers", "9 values");
    }
  }

  @Test
  void quantisedBlocksHaveTheValuesGgmlGivesThem() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(getClass().getResourceAsStream("/gguf/blocks.txt")),
                StandardCharsets.UTF_8))) {
      Iterator<String> lines = reader.lines().filter(line -> !line.startsWith("#")).iterator();
      int formats = 0;
      for (; lines.hasNext(); formats++) {
        String[] block = lines.next().split(" ");
        byte[] expected = HexFormat.of().parseHex(lines.next());
        StorageType type = StorageType.valueOf(block[0]);
        byte[] bytes = HexFormat.of().parseHex(block[1]);
        byte[] twice = Arrays.copyOf(bytes, 2 * bytes.length);
        System.arraycopy(bytes, 0, twice, bytes.length, bytes.length);
        int code = type == StorageType.Q8_0 ? Q8_0 : type == StorageType.Q4_0 ? Q4_0 : 12;
        try (WeightFile file =
            open(new GgufWriter().tensor("w", code, twice, type.blockElements(), 2))) {
          assertThat(file.info("w").type()).isEqualTo(type);
          byte[] found = floats(file.tensor("w").toFloats());
          assertThat(Arrays.copyOf(found, found.length / 2)).isEqualTo(expected);
          assertThat(Arrays.copyOfRange(found, found.length / 2, found.length)).isEqualTo(expected);
        }
      }
      assertThat(formats).isEqualTo(3);
    }
  }

  @Test
  void shapesBeforeFlatteningComeBack() throws IOException {
    String key = "comfy.gguf.orig_shape.w";
    byte[] data = floats(1, 2, 3, 4, 5, 6, 7, 8);
    try (WeightFile file =
        open(
            new GgufWriter()
                .entry(key, 9, le(4, 5), le(8, 3), le(4, 2), le(4, 1), le(4, 4))
                .tensor("w", F32, data, 8))) {
      assertThat(file.info("w").shape()).containsExactly(2, 1, 4);
    }
    refused(
        new GgufWriter()
            .entry(key, 9, le(4, 5), le(8, 2), le(4, 2), le(4, 3))
            .tensor("w", F32, data, 8),
        "GGUF_METADATA",
        "is [8], metadata say it was [2, 3]");
    long elements = (1L << 33) + 1;
    long side = (1L << 32) + 1; // side times side is elements modulo 2^64
    refused(
        new GgufWriter()
            .entry(key, 9, le(4, 11), le(8, 2), le(8, side), le(8, side))
            .header("w", F32, 0, elements),
        "GGUF_METADATA",
        "metadata say it was [%s, %s]".formatted(side, side));
    refused(
        new GgufWriter()
            .entry(key, 9, le(4, 5), le(8, 2), le(4, -2), le(4, -4))
            .tensor("w", F32, data, 8),
        "GGUF_METADATA");
  }

  @Test
  void versionsAndOrders() {
    for (int version : new int[] {0, 1, 4, 0x03000000}) {
      GgufWriter writer = good();
      writer.version = version;
      refused(writer, "GGUF_VERSION", version == 0x03000000 ? "big endian" : "version " + version);
    }
  }

  @Test
  void countsNeedRoomInTheFile() {
    for (long count : new long[] {3, 100_001, Long.MAX_VALUE, -1}) {
      GgufWriter writer = good();
      writer.statedTensors = count;
      refused(writer, count == 3 ? "GGUF_TENSOR_NAME" : "GGUF_LIMIT");
    }
    for (long length : new long[] {1L << 40, Long.MAX_VALUE, -1}) {
      refused(good().entry("k", 9, le(4, 4), le(8, length)), "GGUF_LIMIT", "values");
      refused(good().entry("k", STRING, le(8, length)), "GGUF_LIMIT", "bytes, limit");
      refused(
          good().entry("k", 9, le(4, STRING), le(8, 1), le(8, length)),
          "GGUF_TRUNCATED",
          "the header ends within");
    }
  }

  @Test
  void metadataHaveALimitInAll() {
    GgufWriter writer = good();
    String long4M = "x".repeat(1 << 22);
    for (int i = 0; i < 4; i++) {
      writer.entry("k" + i, STRING, text(long4M));
    }
    refused(writer, "GGUF_LIMIT", "more than 16777216 characters");
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] whole = good().bytes();
    Path file = folder.resolve("cut.gguf");
    for (int length = 4; length <= whole.length - 32; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> WeightFile.open(file).close())
          .as("%s bytes", length)
          .isInstanceOf(WeightException.class)
          .hasMessageStartingWith("GGUF_");
    }
    Files.write(file, Arrays.copyOf(whole, whole.length - 30)); // the last padding is not needed
    WeightFile.open(file).close();
  }

  @Test
  void metadata() {
    refused(good().entry("k", 13, le(8, 0)), "GGUF_METADATA", "the unknown type 13");
    refused(good().entry("k", 9, le(4, 13), le(8, 0)), "GGUF_METADATA", "type 13");
    refused(good().entry("k", 9, le(4, 9), le(8, 0)), "GGUF_METADATA", "array of arrays");
    refused(
        good().entry("k", STRING, le(8, 1), new byte[] {(byte) 0xFF}), "GGUF_METADATA", "UTF-8");
    refused(good().entry("k", 4, le(4, 1)).entry("k", 4, le(4, 1)), "GGUF_DUPLICATE", "'k'");
    for (int alignment : new int[] {0, 1, 4, 24, 1 << 21}) {
      refused(
          good().entry("general.alignment", UINT32, le(4, alignment)),
          "GGUF_METADATA",
          "'" + alignment + "'");
    }
    refused(good().entry("general.alignment", STRING, text("32")), "GGUF_METADATA");
  }

  @Test
  void anotherAlignment() throws IOException {
    GgufWriter writer = new GgufWriter();
    writer.alignment = 64;
    writer.entry("general.alignment", UINT32, le(4, 64));
    writer.tensor("a", F32, floats(1), 1).tensor("b", F32, floats(2), 1);
    try (WeightFile file = open(writer)) {
      assertThat(file.tensor("b").toFloats()).containsExactly(2);
    }
  }

  @Test
  void tensors() {
    refused(good().header("", F32, 64, 1), "GGUF_TENSOR_NAME");
    refused(good().header("b", F32, 64, 1), "GGUF_DUPLICATE", "'b'");
    refused(good().header("c", 14, 64, 256), "GGUF_TYPE", "is Q6_K, expected one of [F32, F16");
    refused(good().header("c", 99, 64, 256), "GGUF_TYPE", "is type 99");
    refused(good().header("c", Q8_0, 64, 33), "GGUF_SHAPE", "rows of 33 elements", "blocks of 32");
    refused(good().header("c", Q8_0, 64, 16, 2), "GGUF_SHAPE", "rows of 16 elements");
    refused(good().header("c", Q8_0, 64), "GGUF_SHAPE", "no whole blocks");
    refused(good().header("c", F32, 64, 1, 1, 1, 1, 1, 1, 1, 1, 1), "GGUF_SHAPE", "rank 9");
    refused(good().header("c", F32, 64, -1), "GGUF_SHAPE", "more than 2^63-1 elements");
    refused(good().header("c", F32, 64, 1L << 32, 1L << 31), "GGUF_SHAPE", "2^63-1");
    refused(good().header("c", F32, 64, 1L << 62), "GGUF_SHAPE", "2^63-1 bits");
    refused(good().header("c", F32, 64, 1L << 57), "GGUF_TRUNCATED", "takes bytes 64 to");
    refused(good().header("c", F32, 32, 1), "GGUF_OFFSETS", "begins at byte 32", "expected 64");
    refused(good().header("c", F32, 96, 1), "GGUF_OFFSETS", "expected 64");
    refused(good().header("c", F32, -64, 1), "GGUF_OFFSETS", "expected 64");
  }

  @Test
  void aForeignTailIsRefused() {
    GgufWriter writer = good();
    writer.tail = 1;
    refused(writer, "GGUF_FILE_LENGTH", "64 bytes", "has 65");
  }

  @Test
  void safetensorsHasNoNameForQuantisedTypes() throws IOException {
    try (WeightFile file = open(new GgufWriter().tensor("w", Q8_0, new byte[34], 32))) {
      assertThatThrownBy(() ->
              SafetensorsWriter.write(
                  folder.resolve("w.safetensors"), List.of(file.tensor("w")), Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Q8_0");
    }
  }

  @Test
  void aFolderMayHoldOne() throws IOException {
    good().write(folder.resolve("model.gguf"));
    try (WeightSet weights = WeightSet.openFolder(folder)) {
      assertThat(weights.names()).containsExactly("a.weight", "b");
    }
    good().write(folder.resolve("other.gguf"));
    Refusal.of(() -> WeightSet.openFolder(folder), "MODEL_WEIGHTS_AMBIGUOUS", "model.gguf");
  }
}
