package dev.framepack.bench.kit;

import dev.framepack.engine.BackendKind;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.gpu.device.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code framepack kit}: every check of the kernels on this machine's device, then benchmarks. */
@Command(
    name = "kit",
    description = "Check every kernel on the device, then measure; writes kit.jsonl and kit.txt.",
    mixinStandardHelpOptions = true)
final class KitCommand implements Callable<Integer> {
  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "cuda (default), or cuda-emulated to rehearse with small shapes.")
  String backend = "cuda";

  @Option(
      names = "--golden",
      paramLabel = "DIR",
      description = "Reference outputs, in the layout of the golden data.")
  Path golden = Path.of("golden");

  @Option(names = "--results", paramLabel = "DIR", description = "Where results go.")
  Path results = Path.of("results");

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "Nothing new is started after this time; default 8.")
  double minutes = 8;

  @Option(
      names = "--path",
      paramLabel = "NAME",
      description = "portable kernels, native ones (Hopper's wgmma), or both (default).")
  String path = "both";

  @Option(
      names = "--resume",
      description = "Go on after a run that lost its device: what it began is not tried again.")
  boolean resume;

  @Option(names = "--stage", paramLabel = "NAME", description = "Only this one; may be repeated.")
  List<String> stages = List.of();

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    BackendKind kind =
        Stream.of(BackendKind.values())
            .filter(candidate -> candidate.id().equals(backend.toLowerCase(Locale.ROOT)))
            .findFirst()
            .orElseThrow(() -> unknown(backend));
    List<String> known = KitRun.STAGES.stream().map(KitStage::name).toList();
    for (String stage : stages) {
      if (!known.contains(stage)) {
        throw new InvalidRequestException(
            "REQUEST_INVALID", "no stage is named " + stage, "one of " + known, null);
      }
    }
    try (KitReport report = new KitReport(results, spec.commandLine().getOut(), resume);
        KitJournal journal = KitJournal.open(results, resume);
        Backend opened = kind.open(Runtime.getRuntime().availableProcessors())) {
      if (!(opened instanceof GpuBackend gpu)) {
        throw unknown(backend);
      }
      journal
          .lost()
          .ifPresent(work ->
              report.row(
                  "kit", work, KitReport.Verdict.FAIL, Map.of("error", "ended the process")));
      return switch (run(gpu, report, journal)) {
        case PASSED -> 0;
        case FAILED -> 1;
        case DEVICE_LOST -> KitRun.GO_ON;
      };
    }
  }

  /** Portable kernels first: whatever the others do, these results are on disk by then. */
  private KitRun.End run(GpuBackend gpu, KitReport report, KitJournal journal) {
    KitRun.End end = KitRun.End.PASSED;
    if (!path.equals(KitContext.NATIVE)) {
      Device device = new PortableDevice(gpu.device());
      try (GpuBackend portable = new GpuBackend(gpu.name(), device)) {
        end = KitRun.run(context(portable, KitContext.PORTABLE, report, journal), stages);
      }
    }
    boolean hasNative = !path.equals(KitContext.PORTABLE) && gpu.device().info().archSpecific();
    if (hasNative && end != KitRun.End.DEVICE_LOST) {
      end = KitRun.run(context(gpu, KitContext.NATIVE, report, journal), stages);
    }
    return end;
  }

  private KitContext context(
      GpuBackend backend, String kernels, KitReport report, KitJournal journal) {
    Duration left =
        Duration.between(Instant.now(), journal.begin())
            .plusMillis((long) (minutes * TimeUnit.MINUTES.toMillis(1)));
    return new KitContext(
        backend,
        kernels,
        report,
        journal,
        golden,
        results,
        !backend.name().equals("cuda"),
        System.nanoTime() + left.toNanos());
  }

  private static InvalidRequestException unknown(String backend) {
    return new InvalidRequestException(
        "REQUEST_INVALID", backend + " is no device backend", "cuda or cuda-emulated", null);
  }
}
