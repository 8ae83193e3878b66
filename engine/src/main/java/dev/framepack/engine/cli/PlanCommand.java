package dev.framepack.engine.cli;

import dev.framepack.engine.FramePack;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.MemoryForecast;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code framepack plan}. */
@Command(
    name = "plan",
    description = "Tell what a request takes of memory, without making the video.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PlanCommand implements Callable<Integer> {
  @Mixin final RequestOptions request = new RequestOptions();
  @Mixin final EngineOptions engine = new EngineOptions();
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (engine.isEmpty()) {
      throw new InvalidRequestException(
          "REQUEST_INVALID", "--model is missing", "name the folder of a checkpoint", null);
    }
    MemoryForecast forecast =
        FramePack.plan(engine.toBuilder().build(), request.toBuilder().build());
    PrintWriter out = spec.commandLine().getOut();
    out.println(forecast.describe());
    out.println(forecast.fits() ? "fits" : "does not fit");
    return forecast.fits() ? 0 : Failures.OUT_OF_MEMORY;
  }
}
