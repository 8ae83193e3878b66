package dev.framepack.engine.history;

import dev.framepack.engine.InvalidRequestException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@link HistoryPolicy}: {@code rule ("+" rule)*}, {@code rule := name [":" arguments]}. */
final class HistoryPolicyParser {
  private static final String NOTHING = "clean";

  /** How many numbers a rule takes, and the rule made of them. */
  private record Kind(int least, int most, Function<double[], HistoryRule> make) {}

  private static final Map<String, Kind> KINDS =
      new TreeMap<>(
          Map.of(
              "noise", new Kind(1, 1, n -> new HistoryRule.ScaledNoise(n[0])),
              "augment", new Kind(1, 1, n -> new HistoryRule.FixedNoise(n[0])),
              "anchor", new Kind(0, 0, n -> new HistoryRule.Anchor()),
              "repeat-i2v", new Kind(0, 0, n -> new HistoryRule.RepeatImageToVideo()),
              "guidance", new Kind(1, 2, HistoryPolicyParser::guidance),
              "drop-guidance", new Kind(1, 1, n -> new HistoryRule.DropGuidance(n[0])),
              "cfg-noise", new Kind(2, 2, n -> new HistoryRule.CfgNoise(n[0], n[1])),
              "renorm", new Kind(1, 1, n -> new HistoryRule.Renormalise(n[0])),
              "adaptive-noise", new Kind(0, 0, n -> new HistoryRule.AdaptiveNoise()),
              "causal", new Kind(0, 0, n -> new HistoryRule.Causal())));

  private static final String CODEBOOK = "codebook";

  /** A plus sign, but not one inside a file's name. */
  private static final Pattern BETWEEN_RULES = Pattern.compile("\\+(?=(?:[a-z0-9-]+(?::|\\+|$)))");

  private HistoryPolicyParser() {}

  static HistoryPolicy parse(String text) {
    if (text.equals(NOTHING)) {
      return HistoryPolicy.CLEAN;
    }
    List<HistoryRule> rules = new ArrayList<>();
    for (String part : BETWEEN_RULES.split(text, -1)) {
      rules.add(rule(part));
    }
    HistoryPolicy policy = new HistoryPolicy(rules);
    List<String> faults = policy.faults();
    if (!faults.isEmpty()) {
      throw invalid(String.join("; ", faults), null);
    }
    return policy;
  }

  /** False for a file whose name would be read as a name and more rules. */
  static boolean isOneRule(Path codebook) {
    return !BETWEEN_RULES.matcher(codebook.toString()).find();
  }

  private static HistoryRule rule(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String arguments = colon < 0 ? "" : text.substring(colon + 1);
    if (name.equals(CODEBOOK)) {
      return codebook(arguments);
    }
    Kind kind = KINDS.get(name);
    if (kind == null) {
      throw invalid(
          "history must be %s, %s or of %s, found %s"
              .formatted(NOTHING, CODEBOOK, String.join(", ", KINDS.keySet()), name),
          null);
    }
    double[] numbers = numbers(name, arguments);
    if (numbers.length < kind.least() || numbers.length > kind.most()) {
      throw invalid(
          "history %s takes %s%s numbers, found %s"
              .formatted(
                  name,
                  kind.least(),
                  kind.most() > kind.least() ? " or " + kind.most() : "",
                  numbers.length),
          null);
    }
    return kind.make().apply(numbers);
  }

  private static double[] numbers(String name, String arguments) {
    if (arguments.isEmpty()) {
      return new double[0];
    }
    String[] parts = arguments.split(",", -1);
    double[] numbers = new double[parts.length];
    for (int i = 0; i < parts.length; i++) {
      try {
        numbers[i] = Double.parseDouble(parts[i]);
      } catch (NumberFormatException e) {
        throw invalid("history %s: expected a number, found %s".formatted(name, parts[i]), e);
      }
    }
    return numbers;
  }

  private static HistoryRule guidance(double[] numbers) {
    return new HistoryRule.Guidance(
        numbers[0], numbers.length > 1 ? OptionalDouble.of(numbers[1]) : OptionalDouble.empty());
  }

  private static HistoryRule codebook(String file) {
    if (file.isEmpty()) {
      throw invalid("history codebook: expected a file, found none", null);
    }
    try {
      return new HistoryRule.Codebook(Path.of(file));
    } catch (InvalidPathException e) {
      throw invalid("history codebook: expected a file, found " + file, e);
    }
  }

  private static InvalidRequestException invalid(String message, @Nullable Throwable cause) {
    return new InvalidRequestException(
        "HISTORY_POLICY", message, "write rules such as noise:0.1+renorm:0.5", cause);
  }
}
