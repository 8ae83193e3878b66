package dev.framepack.engine.cli;

import dev.framepack.engine.InvalidRequestException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes as people write it. */
final class ByteCount {
  private static final Pattern TEXT = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?) ?([A-Z]*)");
  private static final Map<String, Long> UNITS =
      Map.of(
          "", 1L,
          "B", 1L,
          "MB", 1_000_000L,
          "GB", 1_000_000_000L,
          "MIB", 1L << 20,
          "GIB", 1L << 30);

  private ByteCount() {}

  /**
   * The bytes of {@code 6GB}, {@code 5.5GiB}, {@code 6000MB} or a plain number.
   *
   * @throws InvalidRequestException for anything else, naming the option
   */
  static long parse(String option, String text) {
    Matcher matcher = TEXT.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (matcher.matches() && UNITS.get(matcher.group(2)) instanceof Long unit) {
      BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
      if (bytes.signum() > 0 && bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0) {
        return bytes.longValue();
      }
    }
    throw new InvalidRequestException(
        "REQUEST_INVALID",
        "%s must be a size such as 6GB, 6GiB or 6000MB, found %s".formatted(option, text),
        "",
        null);
  }
}
