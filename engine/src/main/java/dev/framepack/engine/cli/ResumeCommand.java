package dev.framepack.engine.cli;

import dev.framepack.engine.EngineConfig;
import dev.framepack.engine.EngineSetup;
import dev.framepack.engine.JobOptions;
import dev.framepack.engine.StoppedJob;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code framepack resume}. */
@Command(
    name = "resume",
    description = {
      "Go on with a video that was cut off, from a checkpoint of generate --checkpoints.",
      "Model, backend and precision are those it was begun with unless named."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ResumeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The folder job-... of the checkpoint.")
  Path folder = Path.of("");

  @Mixin final OutputName name = new OutputName();
  @Mixin final OutputOptions output = new OutputOptions();

  @Option(names = "--keep-checkpoint", description = "Leave the checkpoint when the video is done.")
  boolean keepCheckpoint;

  @Mixin final EngineOptions engine = new EngineOptions();
  @Spec CommandSpec spec = CommandSpec.create();
  @ParentCommand @Nullable Main program;

  @Override
  public Integer call() {
    OptionFaults.throwIfAny(output.faults(), name.faults());
    StoppedJob job = StoppedJob.read(folder);
    return new VideoJob(spec.commandLine(), output, Objects.requireNonNull(program).interruption())
        .run(
            name.target(),
            job.request(),
            configuration(job),
            (loaded, progress) ->
                loaded.resume(
                    folder,
                    JobOptions.builder()
                        .listener(progress)
                        .keepCheckpoint(keepCheckpoint)
                        .build()));
  }

  private EngineConfig.Builder configuration(StoppedJob job) {
    EngineSetup setup = job.setup();
    setup = engine.isEmpty() ? setup : setup.withoutFolders();
    setup = engine.loras.isEmpty() ? setup : setup.withoutLoras();
    return engine.applyTo(setup.toBuilder());
  }
}
