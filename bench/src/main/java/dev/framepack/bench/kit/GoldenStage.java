package dev.framepack.bench.kit;

import dev.framepack.bench.kit.KitReport.Verdict;
import dev.framepack.engine.FramePackException;
import dev.framepack.engine.Precision;
import dev.framepack.engine.verify.Check;
import dev.framepack.engine.verify.GoldenVerifier;
import dev.framepack.engine.verify.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All reference outputs on the device. */
final class GoldenStage implements KitStage {
  @Override
  public String name() {
    return "golden";
  }

  @Override
  public int limitSeconds() {
    return 120;
  }

  @Override
  public boolean isInPieces() {
    return true;
  }

  @Override
  public void run(KitContext context) {
    List<Path> folders = folders(context.golden());
    if (folders.isEmpty()) {
      context.row(name(), context.golden() + ": nothing to compare", Verdict.SKIP, Map.of());
    }
    for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16, Precision.FLOAT16)) {
      for (Path folder : folders) {
        if (context.isLate()) {
          context.row(name(), precision.id() + ": the rest", Verdict.SKIP, Map.of());
          return;
        }
        if (context.begins(name(), precision.id() + " " + folder.getFileName())) {
          verify(context, precision, folder);
        }
      }
    }
  }

  private static List<Path> folders(Path golden) {
    if (!Files.isDirectory(golden)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(golden)) {
      return all.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void verify(KitContext context, Precision precision, Path folder) {
    try {
      GoldenVerifier.verify(
          folder,
          new Subject(context.backend(), precision),
          false,
          context::isLate,
          check -> row(context, precision, folder, check));
    } catch (FramePackException e) {
      context.row(name(), precision.id() + " " + folder, Verdict.SKIP, KitRun.error(e));
    }
  }

  private void row(KitContext context, Precision precision, Path folder, Check check) {
    context.row(
        name(),
        "%s %s/%s %s"
            .formatted(precision.id(), folder.getFileName(), check.folder(), check.output()),
        check.passed() ? Verdict.PASS : Verdict.FAIL,
        Map.of("relativeL2", check.relativeL2(), "tolerance", check.tolerance()));
  }
}
