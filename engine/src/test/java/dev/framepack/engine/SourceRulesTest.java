package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What no source of the library does, read from the text of the modules that are published. */
final class SourceRulesTest {
  private static final List<String> MODULES = List.of("kernels", "weights-loader", "engine");

  /** Reads objects, runs programs or scripts, or reaches the network. */
  private static final Pattern FORBIDDEN =
      Pattern.compile(
          "ObjectInputStream|getRuntime\\(\\)\\s*\\.exec|ScriptEngine|\\bjava\\.net\\.|\\bjavax\\.net\\."
              + "|SocketChannel|URLConnection|HttpClient|\\.toURL\\(");

  private static final Pattern PROGRAM = Pattern.compile("new ProcessBuilder\\(");

  /** The time of day and randomness without a seed, which would be in an output. */
  private static final Pattern UNREPEATABLE =
      Pattern.compile(
          "currentTimeMillis|Instant\\.now|LocalDate|new Date\\(|new Random\\(\\)|Math\\.random");

  /** Text by the default locale: other digits, other separators, other cases of letters. */
  private static final Pattern BY_LOCALE =
      Pattern.compile(
          "to(Lower|Upper)Case\\(\\)|String\\.format\\(\\s*\"|\\.printf\\(\\s*\"|\\.getBytes\\(\\)");

  /** Texts joined by plus signs, and whether they are formatted by the default locale. */
  private static final Pattern TEXT =
      Pattern.compile(
          "(LIT(?:\\s*\\+\\s*LIT)*+)(\\s*\\.formatted\\()?"
              .replace("LIT", "\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\""));

  private static final Pattern NUMBER =
      Pattern.compile("(?<!%)%[-+0,# (]*\\d*(?:\\.\\d+)?[dfegFEG]");

  private record Source(Path path, String text) {}

  private static List<Source> sources() throws IOException {
    List<Source> sources = new ArrayList<>();
    for (String module : MODULES) {
      Path root = Path.of("").toAbsolutePath().resolveSibling(module).resolve("src/main/java");
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          sources.add(new Source(file, withoutComments(Files.readString(file))));
        }
      }
    }
    assertThat(sources).hasSizeGreaterThan(400);
    return sources;
  }

  private static String withoutComments(String text) {
    return text.replaceAll("(?s)/\\*.*?\\*/", "")
        .replaceAll("(?m)^\\s*//.*$", "")
        .replaceAll("(?s)\"\"\".*?\"\"\"", "\"\"") // text blocks hold no format
        .replace("'\"'", "' '");
  }

  /** Formats with a number that are not given to {@code String.format(Locale.ROOT, ...)}. */
  private static List<String> numbersByLocale(String text) {
    return TEXT.matcher(text)
        .results()
        .filter(match -> match.group(2) != null && NUMBER.matcher(match.group(1)).find())
        .map(match -> match.group(1))
        .toList();
  }

  private static List<String> matches(Pattern pattern) throws IOException {
    List<String> found = new ArrayList<>();
    for (Source source : sources()) {
      Matcher matcher = pattern.matcher(source.text());
      while (matcher.find()) {
        found.add(source.path().getFileName() + ": " + matcher.group());
      }
    }
    return found;
  }

  @Test
  void s03s09NothingReadsObjectsRunsScriptsOrReachesTheNetwork() throws IOException {
    assertThat(matches(FORBIDDEN)).isEmpty();
  }

  @Test
  void s09s10TheOnlyProgramIsFfmpeg() throws IOException {
    assertThat(matches(PROGRAM))
        .containsExactlyInAnyOrder(
            "Ffmpeg.java: new ProcessBuilder(",
            "FfmpegSink.java: new ProcessBuilder(",
            "ClipReader.java: new ProcessBuilder(");
  }

  @Test
  void f18NothingDependsOnTheTimeOfDayOrOnChance() throws IOException {
    assertThat(matches(UNREPEATABLE)).isEmpty();
  }

  @Test
  void f18NoTextDependsOnTheDefaultLocaleOrCharset() throws IOException {
    assertThat(matches(BY_LOCALE)).isEmpty();
    List<String> numbers = new ArrayList<>();
    for (Source source : sources()) {
      for (String text : numbersByLocale(source.text())) {
        numbers.add(source.path().getFileName() + ": " + text);
      }
    }
    assertThat(numbers).isEmpty();
  }

  @Test
  void theRulesCanFail() {
    assertThat(numbersByLocale("\"%d of %s\"\n  .formatted(1, 2)")).hasSize(1);
    assertThat(numbersByLocale("f(\"a\", \"%s\" + \"%,d\".formatted(1))")).hasSize(1);
    assertThat(numbersByLocale("\"%s of 5%%d\".formatted(1)")).isEmpty();
    assertThat(numbersByLocale("format(Locale.ROOT, \"%d\", 1)")).isEmpty();
    assertThat(BY_LOCALE.matcher("name.toLowerCase()").find()).isTrue();
    assertThat(FORBIDDEN.matcher("import java.net.URI;").find()).isTrue();
  }
}
