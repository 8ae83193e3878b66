package dev.framepack.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The reference reader (safetensors 0.8.0) was run on these very bytes; this one must agree, but
 * for duplicate and empty names, which it refuses on purpose.
 */
class ReferenceReaderTableTest {
  @TempDir Path folder;

  static List<String> rows() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    ReferenceReaderTableTest.class.getResourceAsStream("/reference-reader.txt")),
                StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> !line.startsWith("#")).toList();
    }
  }

  /** In templates an apostrophe stands for a quotation mark and @ for a good entry of two bytes. */
  private static String header(String template) {
    return template
        .replace("@", "{'dtype':'U8','shape':[2],'data_offsets':[0,2]}")
        .replace('\'', '"')
        .replace("<BOM>", "\ufeff")
        .replace("<NUL>", "\0")
        .replace("<CR>", "\r")
        .replace("<LF>", "\n")
        .replace("<TAB>", "\t");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void agrees(String row) throws IOException {
    String[] fields = row.split("\\|", 3);
    byte[] content = RawFile.of(header(fields[2]), Integer.parseInt(fields[1]));
    Path file = RawFile.write(folder, content);
    if (fields[0].equals("ACCEPT")) {
      try (WeightFile open = WeightFile.open(file)) {
        assertThat(open.path()).isEqualTo(file);
      }
    } else {
      WeightException refusal =
          catchThrowableOfType(WeightException.class, () -> WeightFile.open(file).close());
      assertThat(refusal).isNotNull();
      assertThat(refusal.code()).startsWith("ST_");
    }
  }
}
