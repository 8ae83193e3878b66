package dev.framepack.bench.kit;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code framepack bundle}: the GPU kit for a machine without a JDK. */
@Command(
    name = "bundle",
    description =
        "Make a folder that checks and measures the kernels on a machine with nothing but an"
            + " NVIDIA driver: start ./run inside it.",
    mixinStandardHelpOptions = true)
final class BundleCommand implements Callable<Integer> {
  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder to make; it must not exist. Default framepack-kit.")
  Path output = Path.of("framepack-kit");

  @Option(
      names = "--golden",
      paramLabel = "DIR",
      description = "Reference outputs to put in, in the layout of the golden data.")
  @Nullable Path golden;

  @Option(names = "--archive", description = "Also write DIR.tar.xz (needs tar and xz).")
  boolean archive;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Bundle bundle = new Bundle(output.toAbsolutePath().normalize());
    bundle.write(golden);
    out.printf("%s: %,d bytes; start %s there%n", output, bundle.bytes(), "./run");
    if (archive) {
      Path file = bundle.archive();
      out.printf("%s: %,d bytes%n", file.getFileName(), Files.size(file));
    }
    return 0;
  }
}
