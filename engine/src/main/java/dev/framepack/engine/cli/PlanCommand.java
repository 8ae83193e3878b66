package dev.framepack.engine.cli;

import dev.framepack.engine.FramePack;
import dev.framepack.engine.GenerationPlan;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.PackingReport;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.image.ImageSize;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.pipeline.FramePackPipeline;
import dev.framepack.weights.config.TransformerConfig;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code framepack plan}. */
@Command(
    name = "plan",
    description = {
      "Tell what a request takes: sections, tokens, steps, memory, and what would make it fit.",
      "Without image and prompt: what every section sees of the others and how that is packed, and",
      "what a step costs, for the model named or the published one."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PlanCommand implements Callable<Integer> {
  private static final ImageSize USUAL_SIZE = new ImageSize(640, 608);
  private static final Rgb8Image NO_IMAGE = Rgb8Image.of(1, 1, new byte[Rgb8Image.CHANNELS]);

  @Mixin final RequestOptions request = new RequestOptions();
  @Mixin final EngineOptions engine = new EngineOptions();

  @Option(names = "--json", description = "Print one JSON object; with image and prompt.")
  boolean json;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (request.like == null
        && request.image == null
        && request.extend == null
        && (request.sampling.isGiven() || request.prompt == null)) {
      if (json) {
        throw new InvalidRequestException(
            "REQUEST_INVALID", "--json needs --image and --prompt", "give both", null);
      }
      return packing();
    }
    if (engine.isEmpty()) {
      throw new InvalidRequestException(
          "REQUEST_INVALID", "--model is missing", "name the folder of a checkpoint", null);
    }
    GenerationPlan plan = FramePack.plan(engine.toBuilder().build(), request.toBuilder().build());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonMapper.builder().build().writeValueAsString(plan.toMap()));
    } else {
      new PlanText(plan, out).print();
    }
    return plan.fits() ? 0 : Failures.OUT_OF_MEMORY;
  }

  private int packing() {
    VideoRequest planned = request.toBuilder().image(NO_IMAGE).build();
    ImageSize size =
        planned.height().isPresent() ? FramePackPipeline.outputSize(planned) : USUAL_SIZE;
    TransformerConfig transformer =
        engine.isEmpty()
            ? TransformerConfig.published()
            : TransformerConfig.read(engine.toBuilder().build().folders().transformer());
    new PackingText(PackingReport.of(planned, size, transformer), spec.commandLine().getOut())
        .print();
    return 0;
  }
}
