package dev.framepack.bench.codebook;

import dev.framepack.engine.FramePack;
import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.OutputException;
import dev.framepack.engine.cli.EngineOptions;
import dev.framepack.engine.history.HistoryCodebook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code framepack codebook}: what {@code --history codebook:FILE} takes. */
@Command(
    name = "codebook",
    description = {
      "Fit a history codebook by k-means over latent pixels, for --history codebook:FILE.",
      "Latents come from safetensors files, or from folders of pictures that the model encodes."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class CodebookCommand implements Callable<Integer> {
  @Option(
      names = "--size",
      paramLabel = "K",
      description = "Codewords, default 128. 1 forgets everything; many are ordinary history.")
  int size = 128;

  @Option(
      names = "--latents",
      arity = "1..*",
      paramLabel = "FILE",
      description = "Safetensors with tensors [C, T, h, w], scaled as the transformer sees them.")
  List<Path> latents = List.of();

  @Option(
      names = "--frames",
      arity = "1..*",
      paramLabel = "DIR",
      description = "Folders of pictures, a clip each; needs --model.")
  List<Path> frames = List.of();

  @Option(names = "--seed", paramLabel = "N", description = "Of the fit, default 0.")
  long seed;

  @Option(names = "--output", paramLabel = "FILE", description = "Where to; .safetensors.")
  @Nullable Path output;

  @Option(names = "--overwrite", description = "Replace an existing file.")
  boolean overwrite;

  @Mixin final EngineOptions engine = new EngineOptions();
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Path target = checkedTarget();
    CodebookFit fit = new CodebookFit(size, seed);
    for (Path file : latents) {
      LatentFiles.read(file).forEach(fit::add);
    }
    if (!frames.isEmpty()) {
      try (FramePackEngine loaded = FramePack.open(engine.toBuilder().build())) {
        for (Path folder : frames) {
          fit.add(loaded.encode(LatentFiles.frames(folder)));
        }
      }
    }
    HistoryCodebook codebook = fit.fit();
    try {
      codebook.write(target);
    } catch (IOException e) {
      throw new OutputException(
          "OUTPUT_IO", target + ": " + e.getMessage(), "check the folder and its rights", e);
    }
    spec.commandLine()
        .getOut()
        .printf(
            "%s: %s codewords from %s latent pixels%n", target, codebook.size(), fit.pixelsSeen());
    return 0;
  }

  private Path checkedTarget() {
    if (output == null) {
      throw invalid("--output is missing");
    }
    if (latents.isEmpty() && frames.isEmpty()) {
      throw invalid("give --latents or --frames");
    }
    if (!frames.isEmpty() && engine.isEmpty()) {
      throw invalid("--frames needs --model, which encodes them");
    }
    if (Files.exists(output) && !overwrite) {
      throw new OutputException(
          "OUTPUT_EXISTS", output + " exists", "choose another name or give --overwrite", null);
    }
    return output;
  }

  private static InvalidRequestException invalid(String fault) {
    return new InvalidRequestException(
        "REQUEST_INVALID", fault, "correct the option; nothing was started", null);
  }
}
