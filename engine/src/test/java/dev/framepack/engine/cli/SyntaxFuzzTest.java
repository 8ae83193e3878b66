package dev.framepack.engine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.framepack.engine.Fuzz;
import dev.framepack.engine.Refused;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.packing.GapRule;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.packing.SectionOrder;
import dev.framepack.engine.sampler.cache.StepCache;
import dev.framepack.engine.timeline.OneFrame;
import dev.framepack.engine.timeline.PromptSchedule;
import java.nio.file.Path;
import java.util.List;

/** What people write on a command line or in a file is understood or refused by type. */
final class SyntaxFuzzTest {

  /** What was understood is understood again from its own text, which then no longer changes. */
  @Fuzz
  void packingNotation(byte[] text) {
    Refused.orDone(() -> {
      String normal = PackingNotation.parse(new String(text, UTF_8)).toString();
      requireSame(normal, PackingNotation.parse(normal).toString());
    });
  }

  @Fuzz
  void historyPolicy(byte[] text) {
    Refused.orDone(() -> {
      String normal = HistoryPolicy.parse(new String(text, UTF_8)).toString();
      requireSame(normal, HistoryPolicy.parse(normal).toString());
    });
  }

  @Fuzz
  void sectionOrder(byte[] text) {
    Refused.orDone(() -> SectionOrder.parse(new String(text, UTF_8)).visits(4));
  }

  @Fuzz
  void gapRule(byte[] text) {
    Refused.orDone(() -> GapRule.parse(new String(text, UTF_8)));
  }

  @Fuzz
  void byteCount(byte[] text) {
    Refused.orDone(() -> ByteCount.parse("--device-memory", new String(text, UTF_8)));
  }

  @Fuzz
  void promptSchedule(byte[] text) {
    Refused.orDone(() -> PromptSchedule.parse(new String(text, UTF_8)).withBlend(2));
  }

  @Fuzz
  void oneFrame(byte[] text) {
    Refused.orDone(() -> OneFrame.parse(new String(text, UTF_8), List.of()));
  }

  @Fuzz
  void stepCache(byte[] text) {
    Refused.orDone(() -> StepCache.parse(new String(text, UTF_8)));
  }

  @Fuzz
  void demoScene(byte[] text) {
    Refused.orDone(() -> DemoScene.parse(new String(text, UTF_8)));
  }

  @Fuzz
  void batchLine(byte[] text) {
    BatchLine line = new BatchLine(1, Path.of("/nowhere"), new String(text, UTF_8));
    Refused.orDone(line::output);
    Refused.orDone(line::request);
  }

  private static void requireSame(String first, String second) {
    if (!first.equals(second)) {
      throw new AssertionError("read as " + first + ", and that as " + second);
    }
  }
}
