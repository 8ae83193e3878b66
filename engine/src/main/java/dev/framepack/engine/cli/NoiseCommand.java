package dev.framepack.engine.cli;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.OutputException;
import dev.framepack.engine.random.TorchRandom;
import dev.framepack.weights.SafetensorsWriter;
import dev.framepack.weights.StorageType;
import dev.framepack.weights.WeightTensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code framepack noise}: what {@code torch.randn} gives on the CPU for a seed, as a file. */
@Command(
    name = "noise",
    description = "Write the engine's noise (PyTorch's CPU generator) as safetensors.",
    mixinStandardHelpOptions = true)
final class NoiseCommand implements Callable<Integer> {
  private static final long MAX_VALUES = 1L << 31;

  @Option(names = "--seed", required = true, paramLabel = "N", description = "64-bit seed.")
  long seed;

  @Option(
      names = "--shape",
      required = true,
      split = "[,x]",
      paramLabel = "N",
      description = "Dimensions, such as 1,16,9,80,76.")
  List<Long> shape = List.of();

  @Option(names = "--output", required = true, paramLabel = "FILE", description = "Where to.")
  Path output = Path.of("");

  @Option(names = "--overwrite", description = "Replace an existing file.")
  boolean overwrite;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    long values = 1;
    for (long dim : shape) {
      if (dim < 1 || dim > MAX_VALUES || values * dim > MAX_VALUES) {
        throw new InvalidRequestException(
            "REQUEST_INVALID",
            "--shape must be dimensions of 1 or more with at most %s values, found %s"
                .formatted(MAX_VALUES, shape),
            "give a smaller shape",
            null);
      }
      values *= dim;
    }
    if (Files.exists(output) && !overwrite) {
      throw new OutputException(
          "OUTPUT_EXISTS", output + " exists", "choose another name or give --overwrite", null);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment noise = arena.allocate(values * Float.BYTES, 64);
      new TorchRandom(seed).randn(noise, values);
      long[] dims = shape.stream().mapToLong(Long::longValue).toArray();
      SafetensorsWriter.write(
          output,
          List.of(new WeightTensor("noise", StorageType.F32, dims, noise)),
          Map.of("seed", Long.toString(seed)));
    } catch (IOException e) {
      throw new OutputException(
          "OUTPUT_IO", output + ": " + e.getMessage(), "check the folder and its rights", e);
    }
    spec.commandLine().getOut().println(output + ": noise " + shape + " of seed " + seed);
    return 0;
  }
}
