package dev.framepack.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Legal oddities that must load, W15; the accepted rows of the reference reader's behaviour. */
class SafetensorsAcceptanceTest {
  @TempDir Path folder;

  static Stream<Arguments> headers() {
    String bytes = RawFile.fields("\"U8\"", "[2]", "[0,2]");
    String entry = "{\"a\":" + bytes + "}";
    return Stream.of(
        arguments("plain", entry),
        arguments("leading space", "    " + entry),
        arguments("leading newlines", "\n\r\n\t" + entry),
        arguments("trailing space", entry + "   "),
        arguments("trailing newlines", entry + "\n\r\n\t"),
        arguments("a page of leading space", " ".repeat(70_000) + entry),
        arguments("name by escape", "{\"\\u0061\":" + bytes + "}"),
        arguments("header not 8-aligned", entry + " ".repeat((13 - entry.length() % 8) % 8)),
        arguments("null metadata", "{\"__metadata__\":null,\"a\":" + bytes + "}"),
        arguments("metadata", "{\"__metadata__\":{\"k\":\"v\\u0000\"},\"a\":" + bytes + "}"),
        arguments(
            "unknown field",
            "{\"a\":{\"note\":{\"x\":[1]},\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}"),
        arguments(
            "zero-size tensors",
            "{\"z\":%s,\"a\":%s,\"y\":%s,\"x\":%s}"
                .formatted(
                    RawFile.fields("\"F32\"", "[0,3]", "[2,2]"),
                    bytes,
                    RawFile.fields("\"F32\"", "[0]", "[0,0]"),
                    RawFile.fields("\"I64\"", "[4,0]", "[0,0]"))),
        arguments(
            "zero before huge dimensions",
            "{\"z\":%s,\"a\":%s}"
                .formatted(RawFile.fields("\"U8\"", "[0,4611686018427387904,8]", "[0,0]"), bytes)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("headers")
  void loads(String row, String header) throws IOException {
    Path path = RawFile.write(folder, RawFile.of(header, 2));
    try (WeightFile file = WeightFile.open(path)) {
      assertThat(file.tensor("a").toLongs()).containsExactly(0, 1);
    }
  }

  @Test
  void scalarAndUnalignedFloat() throws IOException {
    String header =
        "{\"b\":%s,\"f\":%s}"
            .formatted(
                RawFile.fields("\"U8\"", "[1]", "[0,1]"), RawFile.fields("\"F32\"", "[]", "[1,5]"));
    Path path = RawFile.write(folder, RawFile.of(header, 5));
    try (WeightFile file = WeightFile.open(path)) {
      assertThat(file.info("f").shape()).isEmpty();
      assertThat(file.tensor("f").toFloats()).containsExactly(Float.intBitsToFloat(0x04030201));
    }
  }

  @Test
  void unicodeNames() throws IOException {
    String header = "{\"naïve 模型 😀\":" + RawFile.fields("\"U8\"", "[1]", "[0,1]") + "}";
    try (WeightFile file = WeightFile.open(RawFile.write(folder, RawFile.of(header, 1)))) {
      assertThat(file.names()).containsExactly("naïve 模型 😀");
    }
  }

  @Test
  void noTensorsAtAll() throws IOException {
    try (WeightFile file = WeightFile.open(RawFile.write(folder, RawFile.of("{}", 0)))) {
      assertThat(file.names()).isEmpty();
      assertThat(file.parameterCount()).isZero();
    }
  }
}
