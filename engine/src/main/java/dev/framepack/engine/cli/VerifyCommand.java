package dev.framepack.engine.cli;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.OutputException;
import dev.framepack.engine.Precision;
import dev.framepack.engine.verify.Check;
import dev.framepack.engine.verify.GoldenVerifier;
import dev.framepack.engine.verify.Subject;
import dev.framepack.kernels.Backend;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code framepack verify}: the engine against reference outputs. */
@Command(
    name = "verify",
    description = "Run every golden case below a folder and compare each output.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "Folder in the layout of the golden data.")
  Path directory = Path.of("");

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there as well.")
  @Nullable Path json;

  @Option(
      names = "--pipelines",
      description = "With half precision: make the whole videos too; their figures have no limit.")
  boolean pipelines;

  @Mixin final EngineOptions.BackendOptions backend = new EngineOptions.BackendOptions();
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (!Files.isDirectory(directory)) {
      throw new InvalidRequestException(
          "REQUEST_INVALID",
          directory + " is not a folder",
          "name a folder in the layout of the golden data",
          null);
    }
    PrintWriter out = spec.commandLine().getOut();
    GoldenVerifier.Outcome outcome;
    try (Backend opened = backend.kind().open(backend.threads())) {
      outcome =
          GoldenVerifier.verify(
              directory,
              new Subject(opened, precision()),
              pipelines,
              () -> false,
              check -> print(out, check));
    }
    outcome
        .skippedFolders()
        .forEach(name -> out.println("SKIPPED " + name + " (half precision; --pipelines runs it)"));
    outcome.unknownFolders().forEach(name -> out.println("UNKNOWN " + name));
    worstByFolder(outcome.checks())
        .forEach((folder, worst) -> out.printf(Locale.ROOT, "%-32s worst %.1e%n", folder, worst));
    long failed = outcome.checks().stream().filter(check -> !check.passed()).count();
    out.printf(
        Locale.ROOT,
        "%s passed, %s failed, %s unknown folders%n",
        outcome.checks().size() - failed,
        failed,
        outcome.unknownFolders().size());
    if (json != null) {
      write(json, outcome);
    }
    return outcome.passed() ? 0 : Failures.CHECK_FAILED;
  }

  /** The references are float32, so that is what is compared unless something else is asked for. */
  private Precision precision() {
    Precision asked = backend.precision();
    return asked == Precision.AUTO ? Precision.FLOAT32 : asked;
  }

  private static void print(PrintWriter out, Check check) {
    if (Double.isInfinite(check.tolerance())) {
      out.printf(
          Locale.ROOT,
          "INFO %-32s %-28s %.1e%n",
          check.folder(),
          check.output(),
          check.relativeL2());
      return;
    }
    out.printf(
        Locale.ROOT,
        "%s %-32s %-28s %.1e (<= %.0e)%n",
        check.passed() ? "PASS" : "FAIL",
        check.folder(),
        check.output(),
        check.relativeL2(),
        check.tolerance());
  }

  private static Map<String, Double> worstByFolder(List<Check> checks) {
    return checks.stream()
        .collect(Collectors.toMap(Check::folder, Check::relativeL2, Math::max, LinkedHashMap::new));
  }

  private void write(Path file, GoldenVerifier.Outcome outcome) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("backend", backend.kind().id());
    document.put("precision", precision().id());
    document.put("threads", backend.threads());
    document.put("passed", outcome.passed());
    document.put("worstRelativeL2", worstByFolder(outcome.checks()));
    document.put("unknownFolders", outcome.unknownFolders());
    if (!outcome.launches().isEmpty()) {
      document.put("operations", outcome.operations());
      document.put("launches", outcome.launches());
    }
    document.put("checks", outcome.checks());
    byte[] bytes =
        JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writeValueAsBytes(document);
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new OutputException(
          "OUTPUT_IO", file + ": " + e.getMessage(), "check the folder and its rights", e);
    }
  }
}
