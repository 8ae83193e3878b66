package dev.framepack.engine.cli;

import dev.framepack.engine.GenerationPlan;
import dev.framepack.engine.GenerationPlan.FittingChange;
import dev.framepack.engine.GenerationPlan.SectionCost;
import dev.framepack.engine.MemoryForecast;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** What a request takes, for people: {@code framepack plan}. */
final class PlanText {
  private static final int MOST_SECTIONS = 12;

  private final GenerationPlan plan;
  private final PrintWriter out;

  PlanText(GenerationPlan plan, PrintWriter out) {
    this.plan = plan;
    this.out = out;
  }

  void print() {
    List<SectionCost> sections = plan.sections();
    line(
        "%s frames of %sx%s in %s section%s, %s passes of the network",
        plan.outputFrames(),
        plan.size().width(),
        plan.size().height(),
        sections.size(),
        sections.size() == 1 ? "" : "s",
        plan.passes());
    for (int i = 0; i < Math.min(sections.size(), MOST_SECTIONS); i++) {
      SectionCost section = sections.get(i);
      line(
          "section %s of %s: %s in order of time, %s steps, %s tokens = %s context + %s generated",
          i + 1,
          sections.size(),
          section.inTime() + 1,
          section.steps(),
          section.tokens(),
          section.contextTokens(),
          section.generatedTokens());
    }
    if (sections.size() > MOST_SECTIONS) {
      line("and %s more", sections.size() - MOST_SECTIONS);
    }
    line("%s", plan.memory().describe());
    line(
        "host memory beside the Java heap: %s; machine %s",
        size(plan.hostBytes()), size(plan.hostLimitBytes()));
    line("%s", plan.fits() ? "fits" : "does not fit");
    for (FittingChange change : plan.changes()) {
      line("would fit with %s: %s at the peak", change.change(), size(change.peakBytes()));
    }
  }

  private static String size(long bytes) {
    return MemoryForecast.size(bytes);
  }

  private void line(String format, Object... arguments) {
    out.println(String.format(Locale.ROOT, format, arguments));
  }
}
