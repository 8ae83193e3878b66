package dev.framepack.engine.cli;

import dev.framepack.engine.demo.DemoModel;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code framepack demo}: generate with everything filled in. */
@Command(
    name = "demo",
    description = "Make demo.mp4 with the built-in image, prompt and small checkpoint.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  private static final double SECONDS_OF_ONE_SECTION = 1.2;

  @Mixin final RequestOptions request = new RequestOptions();
  @Mixin final OutputName name = new OutputName();
  @Mixin final OutputOptions output = new OutputOptions();
  @Mixin final EngineOptions engine = new EngineOptions();
  @Spec CommandSpec spec = CommandSpec.create();
  @ParentCommand @Nullable Main program;

  @Override
  public Integer call() {
    Interruption interruption = Objects.requireNonNull(program).interruption();
    try (DemoModel demo = DemoModel.unpack()) {
      interruption.alsoCloses(demo);
      fillIn(demo);
      return new VideoJob(spec.commandLine(), output, interruption)
          .run(name, request, engine, new CheckpointingOptions());
    }
  }

  private void fillIn(DemoModel demo) {
    if (engine.isEmpty()) {
      engine.model = demo.folder();
    }
    if (request.image == null && request.extend == null) {
      request.image = demo.startImage();
    }
    if (name.output == null) {
      name.output = "demo.mp4";
    }
    if (request.like != null) {
      return;
    }
    if (request.prompt == null) {
      request.prompt = DemoModel.PROMPT;
    }
    if (request.width == null && request.height == null) {
      request.width = DemoModel.SIDE_PIXELS;
      request.height = DemoModel.SIDE_PIXELS;
    }
    boolean diffusers = "diffusers".equals(request.profile);
    if (request.seconds == null && request.frames == null) {
      if (diffusers) {
        request.frames = DemoModel.SECTION_FRAMES;
      } else {
        request.seconds = SECONDS_OF_ONE_SECTION;
      }
    }
  }
}
