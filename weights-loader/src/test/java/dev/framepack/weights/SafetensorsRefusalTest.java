package dev.framepack.weights;

import static dev.framepack.weights.RawFile.entry;
import static dev.framepack.weights.RawFile.fields;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Malformed safetensors files, W01 to W14, W16 and W17. */
class SafetensorsRefusalTest {
  private static final byte[] EMPTY_OBJECT = "{}".getBytes(StandardCharsets.UTF_8);
  private static final String U8_2 = fields("\"U8\"", "[2]", "[0,2]");

  @TempDir Path folder;

  @ParameterizedTest(name = "{0}")
  @MethodSource({"lengths", "text", "tensors", "offsets", "foreign"})
  void isRefused(String row, byte[] content, String code, String[] texts) throws IOException {
    Path file = RawFile.write(folder, content);
    Refusal.of(() -> WeightFile.open(file).close(), code, texts);
    Refusal.of(() -> WeightFile.openHeader(file).close(), code, texts);
  }

  private static Arguments row(String row, byte[] content, String code, String... texts) {
    return arguments(row, content, code, texts);
  }

  private static Arguments row(String row, String header, int data, String code, String... texts) {
    return arguments(row, RawFile.of(header, data), code, texts);
  }

  static Stream<Arguments> lengths() {
    return Stream.of(
        row("W01 empty file", new byte[0], "ST_HEADER_TOO_SMALL", "0 bytes"),
        row("W01 7 bytes", new byte[7], "ST_HEADER_TOO_SMALL", "7 bytes"),
        row(
            "W02 N over the limit",
            RawFile.withLength(100_000_001, EMPTY_OBJECT, 0),
            "ST_HEADER_TOO_LARGE",
            "100000001",
            "100000000"),
        row(
            "W02 N = 2^63",
            RawFile.withLength(Long.MIN_VALUE, EMPTY_OBJECT, 0),
            "ST_HEADER_TOO_LARGE",
            "9223372036854775808"),
        row(
            "W02 N = 2^64-1",
            RawFile.withLength(-1, EMPTY_OBJECT, 0),
            "ST_HEADER_TOO_LARGE",
            "18446744073709551615"),
        row(
            "W03 N = file length",
            RawFile.withLength(10, EMPTY_OBJECT, 0),
            "ST_HEADER_LENGTH",
            "10 bytes",
            "has 2"),
        row(
            "W12 one byte short",
            Arrays.copyOf(RawFile.of("{\"a\":" + U8_2 + "}", 2), 8 + 5 + U8_2.length() + 1 + 1),
            "ST_FILE_LENGTH",
            "2 bytes",
            "has 1"),
        row("W12 one byte long", "{\"a\":" + U8_2 + "}", 3, "ST_FILE_LENGTH", "2 bytes", "has 3"),
        row("W12 polyglot tail", "{\"a\":" + U8_2 + "}", 4096, "ST_FILE_LENGTH", "has 4096"),
        row("W12 data without tensors", "{}", 1, "ST_FILE_LENGTH", "0 bytes", "has 1"));
  }

  static Stream<Arguments> text() {
    return Stream.of(
        row(
            "W04 byte ff",
            RawFile.of(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}, 0),
            "ST_HEADER_UTF8",
            "byte 2"),
        row(
            "W04 truncated sequence",
            RawFile.of(new byte[] {'{', (byte) 0xe2, (byte) 0x82}, 0),
            "ST_HEADER_UTF8",
            "byte 1"),
        row(
            "W04 encoded surrogate",
            RawFile.of(new byte[] {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', '}'}, 0),
            "ST_HEADER_UTF8",
            "byte 2"),
        row("W05 open brace only", "{", 0, "ST_HEADER_JSON", "byte"),
        row("W05 array", "[]", 0, "ST_HEADER_JSON", "'['", "byte 0"),
        row("W05 null", "null", 0, "ST_HEADER_JSON", "byte 0"),
        row("W05 number entry", "{\"a\":1}", 0, "ST_HEADER_JSON", "1", "an object", "byte"),
        row("W05 trailing comma", "{\"a\":" + U8_2 + ",}", 2, "ST_HEADER_JSON", "byte"),
        row("W05 two objects", "{}{}", 0, "ST_HEADER_JSON", "byte"),
        row("W05 empty header", "", 0, "ST_HEADER_JSON", "byte 0"),
        row("W05 spaces only", "    ", 0, "ST_HEADER_JSON"),
        row("W05 byte order mark", "\ufeff{}", 0, "ST_HEADER_JSON", "byte 0"),
        row("W05 NUL padding", "{}\0\0", 0, "ST_HEADER_JSON", "NUL", "byte 2"),
        row(
            "W05 UTF-16",
            RawFile.of("{}".getBytes(StandardCharsets.UTF_16LE), 0),
            "ST_HEADER_JSON",
            "NUL"),
        row("W05 comment", "{/**/}", 0, "ST_HEADER_JSON"),
        row(
            "W05 lone surrogate escape",
            "{\"\\ud800\":" + U8_2 + "}",
            2,
            "ST_HEADER_JSON",
            "surrogate"),
        row("W13 same key, same value", twice("a", U8_2, U8_2), 2, "ST_DUPLICATE_KEY", "'a'"),
        row(
            "W13 same key, other value",
            twice("a", U8_2, fields("\"U8\"", "[2]", "[2,4]")),
            4,
            "ST_DUPLICATE_KEY",
            "'a'"),
        row(
            "W13 same key by escape",
            "{\"a\":%s,\"\\u0061\":%s}".formatted(U8_2, U8_2),
            2,
            "ST_DUPLICATE_KEY",
            "'a'"),
        row("W13 metadata twice", twice("__metadata__", "{}", "{}"), 0, "ST_DUPLICATE_KEY"),
        row(
            "W13 key inside metadata twice",
            "{\"__metadata__\":{\"k\":\"1\",\"k\":\"1\"}}",
            0,
            "ST_DUPLICATE_KEY",
            "'k'"),
        row(
            "W13 field twice",
            "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}",
            0,
            "ST_DUPLICATE_KEY",
            "dtype"),
        row("W14 number", "{\"__metadata__\":{\"k\":1}}", 0, "ST_METADATA", "'k'", "1"),
        row("W14 object", "{\"__metadata__\":{\"k\":{}}}", 0, "ST_METADATA", "'k'", "object"),
        row("W14 not an object", "{\"__metadata__\":7}", 0, "ST_METADATA", "7"),
        row("empty name", "{\"\":" + U8_2 + "}", 2, "ST_TENSOR_NAME"));
  }

  private static String twice(String key, String first, String second) {
    return "{\"%s\":%s,\"%s\":%s}".formatted(key, first, key, second);
  }

  static Stream<Arguments> tensors() {
    return Stream.of(
        row("W07 F128", entry("\"F128\"", "[2]", "[0,2]"), 2, "ST_DTYPE", "'a'", "F128", "BF16"),
        row("W07 f32", entry("\"f32\"", "[2]", "[0,8]"), 8, "ST_DTYPE", "'f32'", "F32"),
        row("W07 null", entry("null", "[2]", "[0,2]"), 2, "ST_DTYPE", "null"),
        row(
            "W07 missing",
            "{\"a\":{\"shape\":[2],\"data_offsets\":[0,2]}}",
            2,
            "ST_DTYPE",
            "missing"),
        row("W08 -1", entry("\"U8\"", "[-1]", "[0,2]"), 2, "ST_SHAPE", "-1"),
        row("W08 1.5", entry("\"U8\"", "[1.5]", "[0,2]"), 2, "ST_SHAPE", "1.5"),
        row("W08 text", entry("\"U8\"", "[\"2\"]", "[0,2]"), 2, "ST_SHAPE", "'2'"),
        row("W08 1e3", entry("\"U8\"", "[1e3]", "[0,2]"), 2, "ST_SHAPE", "1e3"),
        row("W08 not an array", entry("\"U8\"", "2", "[0,2]"), 2, "ST_SHAPE", "2"),
        row(
            "W08 missing",
            "{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,2]}}",
            2,
            "ST_SHAPE",
            "missing"),
        row(
            "W08 over 64 bits",
            entry("\"U8\"", "[2,18446744073709551614]", "[0,2]"),
            2,
            "ST_OVERFLOW",
            "18446744073709551614"),
        row(
            "W08 product over 64 bits",
            entry("\"U8\"", "[2,9223372036854775807]", "[0,2]"),
            2,
            "ST_OVERFLOW",
            "9223372036854775807"),
        row(
            "W08 bits over 64 bits",
            entry("\"F32\"", "[4611686018427387904]", "[0,2]"),
            2,
            "ST_OVERFLOW",
            "4611686018427387904"),
        row(
            "W11 too many bytes",
            entry("\"F32\"", "[2]", "[0,9]"),
            9,
            "ST_SIZE_MISMATCH",
            "9",
            "8"),
        row("W11 too few bytes", entry("\"F32\"", "[2]", "[0,2]"), 2, "ST_SIZE_MISMATCH", "2", "8"),
        row("W16 odd F4", entry("\"F4\"", "[3]", "[0,1]"), 1, "ST_MISALIGNED", "12 bits"));
  }

  static Stream<Arguments> offsets() {
    String hole = "{\"a\":%s,\"b\":%s}".formatted(U8_2, fields("\"U8\"", "[2]", "[3,5]"));
    String overlap = "{\"a\":%s,\"b\":%s}".formatted(U8_2, fields("\"U8\"", "[2]", "[1,3]"));
    return Stream.of(
        row("W09 backwards", entry("\"U8\"", "[2]", "[4,0]"), 4, "ST_OFFSETS", "[4, 0]"),
        row("W09 one", entry("\"U8\"", "[2]", "[0]"), 2, "ST_OFFSETS", "[0]"),
        row("W09 three", entry("\"U8\"", "[2]", "[0,1,2]"), 2, "ST_OFFSETS", "2"),
        row("W09 negative", entry("\"U8\"", "[2]", "[-2,0]"), 2, "ST_OFFSETS", "-2"),
        row("W09 float", entry("\"U8\"", "[2]", "[0,2.0]"), 2, "ST_OFFSETS", "2.0"),
        row(
            "W09 over 2^63",
            entry("\"U8\"", "[2]", "[0,9223372036854775808]"),
            2,
            "ST_OFFSETS",
            "9223372036854775808"),
        row("W09 missing", "{\"a\":{\"dtype\":\"U8\",\"shape\":[2]}}", 2, "ST_OFFSETS", "missing"),
        row("W10 hole", hole, 5, "ST_OFFSETS_NOT_CONTIGUOUS", "hole", "'a'", "'b'"),
        row("W10 overlap", overlap, 3, "ST_OFFSETS_NOT_CONTIGUOUS", "overlap", "'a'", "'b'"),
        row(
            "W10 first not at 0",
            entry("\"U8\"", "[2]", "[1,3]"),
            3,
            "ST_OFFSETS_NOT_CONTIGUOUS",
            "'a'",
            "start of the data"),
        row("past the file", entry("\"U8\"", "[200]", "[0,200]"), 2, "ST_FILE_LENGTH", "200", "2"));
  }

  static Stream<Arguments> foreign() {
    return Stream.of(
        row(
            "W17 git-lfs pointer",
            text("version https://git-lfs.github.com/spec/v1\noid sha256:0"),
            "ST_NOT_SAFETENSORS",
            "git-lfs pointer"),
        row(
            "W17 HTML",
            text("<!DOCTYPE html><html><title>404</title></html>"),
            "ST_NOT_SAFETENSORS",
            "HTML"),
        row(
            "W17 zip",
            text("PK\u0003\u0004\u0000\u0000\b\b0123456789archive/data.pkl"),
            "ST_NOT_SAFETENSORS",
            "zip (PyTorch pickle)"),
        row(
            "W17 short zip",
            text("PK\u0003\u0004\u0000\u0000\u0000\u00000123456789"),
            "ST_NOT_SAFETENSORS",
            "zip (PyTorch pickle)"),
        row(
            "W17 pickle",
            latin1("\u0080\u0002}q\u0000(X\u0005\u0000\u0000"),
            "ST_NOT_SAFETENSORS",
            "pickle"),
        row(
            "W17 GGUF",
            text("GGUF\u0003\u0000\u0000\u0000tensors"),
            "GGUF_TRUNCATED",
            "the number of tensors"));
  }

  private static byte[] text(String content) {
    return content.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] latin1(String content) {
    return content.getBytes(StandardCharsets.ISO_8859_1);
  }
}
