package dev.framepack.engine.history;

import java.util.List;

/**
 * One pass of the network in a guided prediction, which is the weighted sum of its terms.
 *
 * @param negative whether the pass has the negative prompt
 * @param history what it sees of the context
 * @param weight of its velocity; the weights of a prediction add up to 1
 */
public record GuidanceTerm(boolean negative, HistoryLevel history, double weight) {

  /**
   * The passes of a step; the first is the plain prediction.
   *
   * @param hasNegative whether there is a negative prompt
   * @param trueCfgScale weight of the positive prediction against the negative one
   */
  public static List<GuidanceTerm> of(
      HistoryPolicy policy, boolean hasNegative, double trueCfgScale) {
    var guidance = policy.find(HistoryRule.Guidance.class);
    if (guidance.isPresent()) {
      return historyGuidance(guidance.get());
    }
    var drop = policy.find(HistoryRule.DropGuidance.class);
    if (drop.isPresent()) {
      return List.of(
          new GuidanceTerm(false, HistoryLevel.CLEAN, drop.get().weight()),
          new GuidanceTerm(false, HistoryLevel.DROPPED, 1 - drop.get().weight()));
    }
    HistoryLevel positive = level(policy, false);
    return hasNegative
        ? List.of(
            new GuidanceTerm(false, positive, trueCfgScale),
            new GuidanceTerm(true, level(policy, true), 1 - trueCfgScale))
        : List.of(new GuidanceTerm(false, positive, 1));
  }

  private static List<GuidanceTerm> historyGuidance(HistoryRule.Guidance guidance) {
    double weight = guidance.weight();
    HistoryLevel clean = HistoryLevel.own(0);
    if (guidance.level().isEmpty()) {
      return List.of(
          new GuidanceTerm(false, clean, weight),
          new GuidanceTerm(false, HistoryLevel.EMPTY, 1 - weight));
    }
    HistoryLevel fraction = HistoryLevel.own(guidance.level().getAsDouble());
    return List.of(
        new GuidanceTerm(false, clean, 1),
        new GuidanceTerm(false, fraction, weight - 1),
        new GuidanceTerm(false, HistoryLevel.EMPTY, 1 - weight));
  }

  private static HistoryLevel level(HistoryPolicy policy, boolean negative) {
    var scaled = policy.find(HistoryRule.ScaledNoise.class);
    if (scaled.isPresent()) {
      return new HistoryLevel(0, scaled.get().sigmaTest(), true, false);
    }
    var fixed = policy.find(HistoryRule.FixedNoise.class);
    if (fixed.isPresent()) {
      return new HistoryLevel(fixed.get().sigma(), 0, false, false);
    }
    var cfg = policy.find(HistoryRule.CfgNoise.class);
    if (cfg.isPresent()) {
      return HistoryLevel.own(negative ? cfg.get().negative() : cfg.get().positive());
    }
    return HistoryLevel.CLEAN;
  }
}
