package dev.framepack.engine.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code framepack generate}. */
@Command(
    name = "generate",
    description = "Make a video from an image and a prompt.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class GenerateCommand implements Callable<Integer> {
  @Mixin final RequestOptions request = new RequestOptions();
  @Mixin final OutputOptions output = new OutputOptions();
  @Mixin final EngineOptions engine = new EngineOptions();
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    return new VideoJob(spec.commandLine(), request, output, engine).run();
  }
}
