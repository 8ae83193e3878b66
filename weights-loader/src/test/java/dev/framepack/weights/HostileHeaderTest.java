package dev.framepack.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Headers made to exhaust the reader: W06, the large rows of W10, and the limits of the module. */
class HostileHeaderTest {
  @TempDir Path folder;

  private void refused(String header, int data, String code, String... texts) throws IOException {
    Path file = RawFile.write(folder, RawFile.of(header, data));
    Refusal.of(() -> WeightFile.open(file).close(), code, texts);
  }

  @Test
  void deepNesting() throws IOException {
    refused("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", 0, "ST_HEADER_JSON");
    refused("{\"a\":{\"x\":" + "[".repeat(100_000), 0, "ST_HEADER_LIMIT", "depth");
    refused("{\"a\":".repeat(100_000), 0, "ST_HEADER_LIMIT", "depth");
  }

  @Test
  void longNumber() throws IOException {
    String digits = "9".repeat(1_000_000);
    refused(RawFile.entry("\"U8\"", "[" + digits + "]", "[0,2]"), 2, "ST_HEADER_LIMIT");
    refused("{\"a\":{\"x\":" + digits + "}}", 0, "ST_HEADER_LIMIT");
  }

  @Test
  void hundredMegabytesOfOneToken() throws IOException {
    for (String start :
        List.of("{\"a\":{\"shape\":[9", "{\"a\":{\"x\":0.9", "{\"9", "{\"a\":{\"x\":\"9")) {
      byte[] header = new byte[99_999_999];
      Arrays.fill(header, (byte) '9');
      byte[] head = start.getBytes(StandardCharsets.UTF_8);
      System.arraycopy(head, 0, header, 0, head.length);
      Path file = RawFile.write(folder, RawFile.of(header, 0));
      Refusal.of(() -> WeightFile.open(file).close(), "ST_HEADER_LIMIT");
    }
  }

  @Test
  void longName() throws IOException {
    byte[] header = new byte[50_000_000];
    Arrays.fill(header, (byte) 'n');
    header[0] = '{';
    header[1] = '"';
    Path file = RawFile.write(folder, RawFile.of(header, 0));
    Refusal.of(() -> WeightFile.open(file).close(), "ST_HEADER_LIMIT");
  }

  @Test
  void nameJustOverTheLimit() throws IOException {
    String fields = RawFile.fields("\"U8\"", "[2]", "[0,2]");
    refused("{\"" + "é".repeat(513) + "\":" + fields + "}", 2, "ST_HEADER_LIMIT", "1026 bytes");
    Path file =
        RawFile.write(folder, RawFile.of("{\"" + "é".repeat(512) + "\":" + fields + "}", 2));
    try (WeightFile open = WeightFile.open(file)) {
      assertThat(open.names()).hasSize(1);
    }
  }

  @Test
  void longMetadata() throws IOException {
    refused("{\"__metadata__\":{\"k\":\"" + "v".repeat(20_000_000), 0, "ST_HEADER_LIMIT");
    String value = "v".repeat(4_000_000);
    StringBuilder header = new StringBuilder("{\"__metadata__\":{");
    for (int i = 0; i < 5; i++) {
      header.append("\"k%d\":\"%s\",".formatted(i, value));
    }
    refused(header.toString(), 0, "ST_HEADER_LIMIT", "__metadata__");
  }

  @Test
  void rank() throws IOException {
    refused(RawFile.entry("\"U8\"", "[1,1,1,1,1,1,1,1,2]", "[0,2]"), 2, "ST_HEADER_LIMIT", "8");
  }

  private static String manyTensors(int count, boolean sameRange) {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      int begin = sameRange ? 0 : i;
      header
          .append(i == 0 ? "" : ",")
          .append("\"model.layers.t")
          .append(i)
          .append("\":")
          .append(RawFile.fields("\"U8\"", "[1]", "[" + begin + "," + (begin + 1) + "]"));
    }
    return header.append("}").toString();
  }

  @Test
  void hundredThousandTensorsOnOneRange() throws IOException {
    refused(manyTensors(100_000, true), 1, "ST_OFFSETS_NOT_CONTIGUOUS", "overlap", "t0", "t1");
  }

  @Test
  void tooManyTensors() throws IOException {
    refused(manyTensors(100_001, false), 100_001, "ST_HEADER_LIMIT", "100000");
  }

  @Test
  void asManyTensorsAsAllowedLoad() throws IOException {
    Path file = RawFile.write(folder, RawFile.of(manyTensors(100_000, false), 100_000));
    try (WeightFile open = WeightFile.open(file)) {
      assertThat(open.parameterCount()).isEqualTo(100_000);
    }
  }

  /** Names whose String hashes all collide: 2^12 words over {Aa, BB}. */
  @Test
  void collidingNamesAreNotSlow() throws IOException {
    StringBuilder header = new StringBuilder("{");
    int count = 1 << 16;
    for (int i = 0; i < count; i++) {
      StringBuilder name = new StringBuilder();
      for (int bit = 0; bit < 16; bit++) {
        name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      header
          .append(i == 0 ? "" : ",")
          .append('"')
          .append(name)
          .append("\":")
          .append(RawFile.fields("\"U8\"", "[1]", "[0,1]"));
    }
    refused(header.append("}").toString(), 1, "ST_OFFSETS_NOT_CONTIGUOUS");
  }

  @Test
  void headerOfOnlySpacesAndOfManyUnknownFields() throws IOException {
    byte[] spaces = new byte[100_000_000];
    Arrays.fill(spaces, (byte) ' ');
    Path file = RawFile.write(folder, RawFile.of(spaces, 0));
    Refusal.of(() -> WeightFile.open(file).close(), "ST_HEADER_JSON");

    byte[] fields = "\"x\":[],".repeat(4_000_000).getBytes(StandardCharsets.UTF_8);
    byte[] header = new byte[fields.length + 5];
    System.arraycopy("{\"a\":{".getBytes(StandardCharsets.UTF_8), 0, header, 0, 5);
    header[4] = '{';
    System.arraycopy(fields, 0, header, 5, fields.length);
    Path unknown = RawFile.write(folder, RawFile.of(header, 0));
    Refusal.of(() -> WeightFile.open(unknown).close(), "ST_HEADER_JSON");
  }
}
