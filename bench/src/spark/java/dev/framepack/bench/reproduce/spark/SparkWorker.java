package dev.framepack.bench.reproduce.spark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.spark.deploy.worker.Worker;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** {@code framepack spark-worker}: Spark's worker, and which GPUs it has. */
@Command(
    name = "spark-worker",
    description =
        "Start a worker of a standalone cluster: spark-worker [--gpus N] spark://HOST:PORT.",
    footer = "All else, such as --cores and --memory, is handed to Spark's worker.")
public final class SparkWorker implements Callable<Integer> {
  private static final String DISCOVERY = "nvidia-gpus.sh";
  private static final String AMOUNT_PROPERTY = "spark.worker.resource.gpu.amount";
  private static final String SCRIPT_PROPERTY = "spark.worker.resource.gpu.discoveryScript";

  @Option(
      names = "--gpus",
      paramLabel = "N",
      description = "GPUs the worker lends, the first N that nvidia-smi lists; default 0.")
  int gpus;

  @Unmatched List<String> others = new ArrayList<>();

  public static void main(String[] args) {
    System.exit(new CommandLine(new SparkWorker()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    if (gpus > 0) {
      System.setProperty(AMOUNT_PROPERTY, String.valueOf(gpus));
      if (System.getProperty(SCRIPT_PROPERTY) == null) {
        System.setProperty(SCRIPT_PROPERTY, script().toString());
      }
    }
    Worker.main(others.toArray(String[]::new));
    return 0;
  }

  /** Spark runs a file, so the script leaves the jar. */
  static Path script() throws IOException {
    Path file =
        Files.createTempFile(
            "framepack-gpus-",
            ".sh",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    file.toFile().deleteOnExit();
    try (InputStream script =
        Objects.requireNonNull(SparkWorker.class.getResourceAsStream(DISCOVERY))) {
      Files.write(file, script.readAllBytes());
    }
    return file;
  }
}
