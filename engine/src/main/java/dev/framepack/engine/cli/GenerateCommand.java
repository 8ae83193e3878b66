package dev.framepack.engine.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code framepack generate}. */
@Command(
    name = "generate",
    description = "Make a video from an image and a prompt.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class GenerateCommand implements Callable<Integer> {
  @Mixin final RequestOptions request = new RequestOptions();
  @Mixin final OutputName name = new OutputName();
  @Mixin final OutputOptions output = new OutputOptions();
  @Mixin final CheckpointingOptions checkpointing = new CheckpointingOptions();
  @Mixin final EngineOptions engine = new EngineOptions();
  @Spec CommandSpec spec = CommandSpec.create();
  @ParentCommand @Nullable Main program;

  @Override
  public Integer call() {
    return new VideoJob(spec.commandLine(), output, Objects.requireNonNull(program).interruption())
        .run(name, request, engine, checkpointing);
  }
}
