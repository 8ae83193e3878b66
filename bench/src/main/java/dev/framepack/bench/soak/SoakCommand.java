package dev.framepack.bench.soak;

import dev.framepack.bench.reproduce.length.TinyRandomModel;
import dev.framepack.bench.reproduce.run.AtomicFile;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.cli.Interruption;
import dev.framepack.engine.cli.Main;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code framepack soak}: everything that may go wrong, for as long as wanted. */
@Command(
    name = "soak",
    description = {
      "Run jobs on a tiny random checkpoint for as long as wanted, with cancels, bad inputs, faults of"
          + " memory and device, full disks and killed processes, and check that nothing is lost,"
          + " wrong or left behind.",
      "Exit code 0 when that is so, 1 when not."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class SoakCommand implements Callable<Integer> {
  private static final long NANOS_PER_MINUTE = 60_000_000_000L;

  @Option(names = "--minutes", paramLabel = "N", description = "How long; default 60.")
  double minutes = 60;

  @Option(names = "--jobs", paramLabel = "N", description = "End after this many jobs.")
  long jobs = Long.MAX_VALUE;

  @Option(names = "--seed", paramLabel = "S", description = "Of all choices; default 1.")
  long seed = 1;

  @Option(names = "--threads", paramLabel = "N", description = "Of the engine; default all cores.")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--json", paramLabel = "FILE", description = "Also write the report there.")
  @Nullable Path json;

  @Spec CommandSpec spec = CommandSpec.create();
  @ParentCommand @Nullable Main program;

  @Override
  public Integer call() throws Exception {
    Interruption interruption = Objects.requireNonNull(program).interruption();
    PrintWriter out = spec.commandLine().getOut();
    if (!(minutes > 0) || jobs < 1) {
      throw new InvalidRequestException(
          "REQUEST_INVALID",
          "a soak of %s minutes and %s jobs does nothing".formatted(minutes, jobs),
          "--minutes above 0 and --jobs of at least 1",
          null);
    }
    Tally tally = new Tally();
    SoakReport report;
    try (TinyRandomModel model = TinyRandomModel.write();
        SoakWorkloads workloads =
            SoakWorkloads.prepare(model.folder(), seed, threads, SoakScale.FULL, tally)) {
      interruption.alsoCloses(model);
      SoakRun run =
          new SoakRun(
              workloads.all(),
              tally,
              seed,
              Duration.ofNanos((long) (minutes * NANOS_PER_MINUTE)),
              jobs);
      report = run.run(interruption::isRequested, out::println);
    }
    // Closing counts too: what is not freed then has leaked.
    out.println(report.table());
    if (json != null) {
      AtomicFile.write(json, report.json().getBytes(StandardCharsets.UTF_8));
    }
    return report.isPassed() ? 0 : 1;
  }
}
