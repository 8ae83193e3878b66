package dev.framepack.engine.cli;

import dev.framepack.engine.PackingReport;
import dev.framepack.engine.packing.ContextPart;
import dev.framepack.engine.packing.PackingBound;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.packing.PatchKernel;
import dev.framepack.engine.packing.SectionPlan;
import dev.framepack.engine.packing.SectionSchedule;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A packing for people: {@code framepack plan --packing}. */
final class PackingText {
  private static final int MOST_SECTIONS = 12;

  private final PackingReport report;
  private final PrintWriter out;

  PackingText(PackingReport report, PrintWriter out) {
    this.report = report;
    this.out = out;
  }

  void print() {
    PackingNotation packing = report.packing();
    line("packing  %s", packing);
    line("order    %s, gaps %s", report.sampling().order(), report.sampling().gaps());
    line(
        "frames   %s of context, %s generated",
        packing.left().frames() + packing.right().frames(), report.schedule().latentWindow());
    for (PatchKernel kernel : packing.kernels()) {
      line(
          "kernel   %-4s (%s, %s, %s)%s",
          kernel,
          kernel.frames(),
          kernel.height(),
          kernel.width(),
          report.untrained().contains(kernel) ? ": no weights, needs --initialise-kernels" : "");
    }
    line(
        "tokens   %s = %s context + %s generated at %sx%s pixels (%s a full frame)",
        report.contextTokens() + report.generatedTokens(),
        report.contextTokens(),
        report.generatedTokens(),
        report.size().width(),
        report.size().height(),
        report.frameTokens());
    bound(report.bound());
    line(
        "step     %.3g FLOP%s, with %s image and %s text tokens",
        (double) report.stepFlops() * report.passes(),
        report.passes() == 1 ? "" : " in %s passes".formatted(report.passes()),
        report.condition().imageTokens(),
        report.condition().textTokens());
    sections(report.schedule());
  }

  private void bound(PackingBound bound) {
    if (bound.lambda() == 1) {
      line("bound    none: an older frame is kept at full rate, lambda = 1");
      return;
    }
    line(
        "bound    (S + lambda/(lambda-1)) L_f = %.2f L_f = %.0f tokens for lambda %.3g; the run of"
            + " history takes %.3g L_f",
        bound.frames(),
        bound.frames() * report.frameTokens(),
        bound.lambda(),
        bound.historyFrames());
  }

  private void sections(SectionSchedule schedule) {
    List<SectionPlan> plans = schedule.plans();
    for (int i = 0; i < Math.min(plans.size(), MOST_SECTIONS); i++) {
      SectionPlan plan = plans.get(i);
      line(
          "section %s of %s: frames %s at indices %s",
          i + 1,
          plans.size(),
          ranges(frames(plan.firstFrame(), plan.latentFrames())),
          ranges(plan.latentIndices()));
      for (ContextPart part : plan.context()) {
        line(
            "  %-4s %5d tokens, frames %s at indices %s%s",
            part.kernel(),
            report.tokens(part),
            ranges(part.frames()),
            ranges(part.indices()),
            part.form() == ContextPart.Form.FRAMES ? "" : " (tail)");
      }
    }
    if (plans.size() > MOST_SECTIONS) {
      line("and %s more", plans.size() - MOST_SECTIONS);
    }
  }

  private static int[] frames(int first, int count) {
    int[] frames = new int[count];
    for (int i = 0; i < count; i++) {
      frames[i] = first + i;
    }
    return frames;
  }

  /** Such as {@code 0, 28-36, 3 blank}. */
  static String ranges(int[] values) {
    List<String> ranges = new ArrayList<>();
    int start = 0;
    for (int i = 1; i <= values.length; i++) {
      boolean blank = values[start] == SectionPlan.BLANK;
      boolean picture = SectionPlan.isPicture(values[start]);
      int next = blank ? SectionPlan.BLANK : values[start] + i - start;
      if (i == values.length || picture || values[i] != next) {
        ranges.add(
            blank
                ? i - start + " blank"
                : picture
                    ? "picture " + SectionPlan.pictureNumber(values[start])
                    : i - start == 1
                        ? String.valueOf(values[start])
                        : values[start] + "-" + values[i - 1]);
        start = i;
      }
    }
    return String.join(", ", ranges);
  }

  private void line(String format, Object... arguments) {
    out.println(String.format(Locale.ROOT, format, arguments));
  }
}
