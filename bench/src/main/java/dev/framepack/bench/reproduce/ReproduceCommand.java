package dev.framepack.bench.reproduce;

import dev.framepack.bench.reproduce.length.LengthRun;
import dev.framepack.bench.reproduce.length.TinyRandomModel;
import dev.framepack.bench.reproduce.run.Cell;
import dev.framepack.bench.reproduce.run.RunFolder;
import dev.framepack.bench.reproduce.suite.Suite;
import dev.framepack.bench.reproduce.suite.SuiteException;
import dev.framepack.bench.reproduce.suite.Suites;
import dev.framepack.bench.reproduce.suite.Variant;
import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.FramePack;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.cli.EngineOptions;
import dev.framepack.engine.cli.Interruption;
import dev.framepack.engine.cli.Main;
import dev.framepack.engine.demo.DemoModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code framepack reproduce}: run a table of variants, measure them, and write the report. */
@Command(
    name = "reproduce",
    description =
        "Run the paper's tables, or your own, and write report.html, results.csv and summary.csv;"
            + " stopped, the same command goes on.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class ReproduceCommand implements Callable<Integer> {
  @Option(
      names = "--suite",
      paramLabel = "NAME",
      defaultValue = "table1",
      description = "table1 (default), table2, or a YAML file of your own.")
  String suite = "table1";

  @Option(names = "--full", description = "The suite's full number of steps: better and slower.")
  boolean full;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder of the run; default reproduce-NAME, by the suite's name.")
  @Nullable Path output;

  @Option(
      names = "--only",
      paramLabel = "REGEX",
      description =
          "Run only variants whose name or label contains a match; the report shows all there is.")
  @Nullable String only;

  @Option(
      names = "--lengths",
      description =
          "Also measure cost against length, 1 to 120 s, on a tiny random checkpoint: some minutes.")
  boolean lengths;

  @Mixin final EngineOptions engine = new EngineOptions();

  @ArgGroup(exclusive = false, heading = "On Apache Spark:%n")
  @Nullable ClusterOptions cluster;

  @Spec CommandSpec spec = CommandSpec.create();
  @ParentCommand @Nullable Main program;

  @Override
  public Integer call() {
    // Plots need fonts and no screen, and a screen that is named but not there would end the run.
    System.setProperty("java.awt.headless", "true");
    Suite read = suite(spec.commandLine().getErr());
    Pattern variants = variants(read);
    Path folder = output == null ? Path.of("reproduce-" + read.name()) : output;
    Reproduction reproduction = new Reproduction(read, full, folder, spec.commandLine().getErr());
    Predicate<Cell> chosen = cell -> isMatch(variants, cell.variant());
    EngineConfig.Builder config = engine.toBuilder();
    if (cluster != null) {
      return runOn(cluster, reproduction, chosen);
    }
    if (lengths) {
      measureLengths(folder);
    }
    if (!engine.isEmpty()) {
      return reproduction.run(config.build(), chosen, interruption()::isRequested);
    }
    try (DemoModel demo = DemoModel.unpack()) {
      interruption().alsoCloses(demo);
      return reproduction.run(
          config.models(demo.folder()).build(), chosen, interruption()::isRequested);
    }
  }

  private Interruption interruption() {
    return Objects.requireNonNull(program).interruption();
  }

  private int runOn(ClusterOptions options, Reproduction reproduction, Predicate<Cell> chosen) {
    if (lengths) {
      throw invalid("--lengths is measured on one machine", "leave it or --master out", null);
    }
    Cluster found =
        ServiceLoader.load(Cluster.class)
            .findFirst()
            .orElseThrow(() ->
                invalid(
                    "--master: Apache Spark is not in the class path",
                    "start with ./framepack, which builds it in, or build with -Pspark",
                    null));
    EngineArguments arguments =
        EngineArguments.of(
            Objects.requireNonNull(spec.mixins().get("engine")),
            spec.commandLine().getParseResult());
    return found.run(reproduction, options, arguments, chosen, interruption()::isRequested);
  }

  /** Rounds that are there from this machine are kept; others are measured before any cell. */
  private void measureLengths(Path path) {
    PrintWriter err = spec.commandLine().getErr();
    try (RunFolder folder = RunFolder.open(path);
        TinyRandomModel model = TinyRandomModel.write()) {
      interruption().alsoCloses(model);
      // Of what was given, only what computes: parts of a model would take the tiny one's place.
      EngineConfig given = engine.toBuilder().models(model.folder()).build();
      EngineConfig config =
          EngineConfig.builder()
              .models(model.folder())
              .backend(given.backend())
              .threads(given.threads())
              .precision(given.precision())
              .weightStorage(given.weightStorage())
              .build();
      new LengthRun(folder.path(), () -> FramePack.open(config), interruption()::isRequested)
          .run(what -> err.println("cost against length: " + what));
    }
  }

  /** Every fault on a line of its own: the exception's one line may not hold them all. */
  private Suite suite(PrintWriter err) {
    try {
      return Suites.find(suite);
    } catch (SuiteException e) {
      if (e.faults().size() > 1) {
        e.faults().forEach(fault -> err.println("framepack: " + fault));
      }
      throw e;
    }
  }

  private Pattern variants(Suite read) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(only == null ? "" : only);
    } catch (PatternSyntaxException e) {
      throw invalid("--only is no regular expression: " + e.getDescription(), "correct it", e);
    }
    if (read.variants().stream().noneMatch(variant -> isMatch(pattern, variant))) {
      throw invalid("--only %s matches no variant".formatted(only), "see the suite's names", null);
    }
    return pattern;
  }

  private static boolean isMatch(Pattern pattern, Variant variant) {
    return pattern.matcher(variant.name()).find() || pattern.matcher(variant.label()).find();
  }

  private static InvalidRequestException invalid(
      String what, String remedy, @Nullable Throwable cause) {
    return new InvalidRequestException("REQUEST_INVALID", what, remedy, cause);
  }
}
