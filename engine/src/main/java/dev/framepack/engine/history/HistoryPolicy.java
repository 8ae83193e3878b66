package dev.framepack.engine.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How sections use history: rules that can be combined, {@code +} between them, such as {@code
 * noise:0.1+renorm:0.5}; {@code clean} when there is none.
 *
 * @param rules each kind once at most
 */
public record HistoryPolicy(List<HistoryRule> rules) {

  /** History as it was generated, as the released checkpoints were trained. */
  public static final HistoryPolicy CLEAN = new HistoryPolicy(List.of());

  public HistoryPolicy {
    rules = List.copyOf(rules);
  }

  /** Some rules together. */
  public static HistoryPolicy of(HistoryRule... rules) {
    return new HistoryPolicy(List.of(rules));
  }

  /**
   * Reads a policy.
   *
   * @throws dev.framepack.engine.InvalidRequestException {@code HISTORY_POLICY}, naming the rule
   */
  public static HistoryPolicy parse(String text) {
    return HistoryPolicyParser.parse(text);
  }

  /** The rule of a kind. */
  public <R extends HistoryRule> Optional<R> find(Class<R> kind) {
    return rules.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  /** Whether there is a rule of a kind. */
  public boolean has(Class<? extends HistoryRule> kind) {
    return find(kind).isPresent();
  }

  /** Whether attention is causal. */
  public boolean isCausal() {
    return has(HistoryRule.Causal.class);
  }

  /** What is wrong with the rules themselves and with their combination; empty when nothing is. */
  public List<String> faults() {
    List<String> faults = new ArrayList<>();
    for (HistoryRule rule : rules) {
      switch (rule) {
        case HistoryRule.ScaledNoise noise -> unit(faults, rule, noise.sigmaTest());
        case HistoryRule.FixedNoise noise -> unit(faults, rule, noise.sigma());
        case HistoryRule.Guidance guidance -> {
          range(faults, rule, guidance.weight(), 0, 32);
          guidance.level().ifPresent(level -> unit(faults, rule, level));
        }
        case HistoryRule.DropGuidance guidance -> range(faults, rule, guidance.weight(), 0, 32);
        case HistoryRule.CfgNoise noise -> {
          unit(faults, rule, noise.positive());
          unit(faults, rule, noise.negative());
        }
        case HistoryRule.Renormalise renorm -> unit(faults, rule, renorm.alpha());
        case HistoryRule.Codebook codebook -> {
          if (!HistoryPolicyParser.isOneRule(codebook.file())) {
            faults.add(
                "history codebook: expected a file with no rule after a + in its name, found "
                    + codebook.file());
          }
        }
        default -> {}
      }
      if (rules.stream().filter(other -> other.getClass() == rule.getClass()).count() > 1) {
        faults.add("history %s is there twice".formatted(rule.name()));
      }
    }
    alone(
        faults,
        "the noise of history",
        List.of(
            HistoryRule.ScaledNoise.class,
            HistoryRule.FixedNoise.class,
            HistoryRule.Guidance.class,
            HistoryRule.DropGuidance.class,
            HistoryRule.CfgNoise.class));
    alone(
        faults,
        "which frames are seen",
        List.of(HistoryRule.Anchor.class, HistoryRule.RepeatImageToVideo.class));
    alone(
        faults,
        "what becomes of sections a later one does not see",
        List.of(HistoryRule.RepeatImageToVideo.class, HistoryRule.Renormalise.class));
    alone(
        faults,
        "what becomes of sections a later one does not see",
        List.of(HistoryRule.RepeatImageToVideo.class, HistoryRule.AdaptiveNoise.class));
    return faults.stream().distinct().toList();
  }

  private void alone(List<String> faults, String what, List<Class<? extends HistoryRule>> kinds) {
    List<String> found =
        rules.stream()
            .filter(rule -> kinds.contains(rule.getClass()))
            .map(HistoryRule::name)
            .distinct()
            .toList();
    if (found.size() > 1) {
      faults.add("history %s decide %s, give one".formatted(String.join(" and ", found), what));
    }
  }

  private static void unit(List<String> faults, HistoryRule rule, double value) {
    range(faults, rule, value, 0, 1);
  }

  private static void range(
      List<String> faults, HistoryRule rule, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      faults.add(
          String.format(
              Locale.ROOT,
              "history %s: expected %.0f to %.0f, found %s",
              rule.name(),
              min,
              max,
              value));
    }
  }

  @Override
  public String toString() {
    return rules.isEmpty()
        ? "clean"
        : rules.stream().map(HistoryRule::text).collect(Collectors.joining("+"));
  }
}
