package dev.framepack.bench.reproduce.suite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The suites that come with the program, and those in files. */
public final class Suites {
  /** Names of the built-in suites. */
  public static final List<String> BUILT_IN = List.of("table1", "table2");

  private static final long MAX_BYTES = 1 << 20;

  private Suites() {}

  /**
   * A built-in suite by its name, or the suite in a file.
   *
   * @throws SuiteException when there is none of this name, or naming all its faults
   */
  public static Suite find(String nameOrFile) {
    return BUILT_IN.contains(nameOrFile) ? builtIn(nameOrFile) : read(Path.of(nameOrFile));
  }

  private static Suite builtIn(String name) {
    String file = name + ".yaml";
    try (InputStream resource =
        Objects.requireNonNull(Suites.class.getResourceAsStream(file), file)) {
      String text = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
      return SuiteReader.read(text, file, Path.of(""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Suite read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw unreadable(
            file, "expected at most %s bytes, found %s".formatted(MAX_BYTES, Files.size(file)));
      }
      Path folder = file.toAbsolutePath().normalize().getParent();
      return SuiteReader.read(
          Files.readString(file), String.valueOf(file), Objects.requireNonNull(folder));
    } catch (CharacterCodingException e) {
      throw unreadable(file, "expected UTF-8 text");
    } catch (IOException e) {
      throw unreadable(
          file,
          "expected %s or a readable YAML file (%s)"
              .formatted(String.join(", ", BUILT_IN), e.getClass().getSimpleName()));
    }
  }

  private static SuiteException unreadable(Path file, String why) {
    return new SuiteException("SUITE_UNREADABLE", String.valueOf(file), List.of(why));
  }
}
