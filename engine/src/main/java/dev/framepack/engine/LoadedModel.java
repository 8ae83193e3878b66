package dev.framepack.engine;

import dev.framepack.engine.pipeline.ModelParts;
import dev.framepack.engine.pipeline.ModelSet;
import dev.framepack.kernels.Backend;
import java.util.function.Supplier;

/**
 * A checkpoint in the memory of a backend, and what plans its requests.
 *
 * @param backend closed with it
 */
record LoadedModel(
    Backend backend,
    ModelIdentity identity,
    ModelSet models,
    MemoryPlanner planner,
    ModelParts parts)
    implements AutoCloseable {

  /**
   * Loads; what fails half-way leaves nothing allocated.
   *
   * @param backend opens the backend
   */
  static LoadedModel open(EngineConfig config, Supplier<Backend> backend) {
    return EngineFailures.translated(
        () -> "loading the model", () -> load(config, EngineFailures.opened(backend)));
  }

  private static LoadedModel load(EngineConfig config, Backend backend) {
    try {
      ModelSet models = models(config, backend);
      try {
        ModelIdentity identity = ModelIdentity.of(config);
        MemoryPlanner planner = MemoryPlanner.of(models, backend, config);
        ModelParts parts = ModelParts.load(models, backend, planner.placement());
        return new LoadedModel(backend, identity, models, planner, parts);
      } catch (RuntimeException | Error e) {
        models.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      backend.close();
      throw e;
    }
  }

  private static ModelSet models(EngineConfig config, Backend backend) {
    return new ModelSet(
        config.folders(), config.loras(), config.precision(), config.weightStorage(), backend);
  }

  /** What a request would take, without the weights loaded. */
  static GenerationPlan plan(EngineConfig config, VideoRequest request) {
    return EngineFailures.translated(
        () -> "planning",
        () -> {
          try (Backend backend = EngineFailures.opened(config::openBackend);
              ModelSet models = models(config, backend)) {
            MemoryPlanner planner = MemoryPlanner.of(models, backend, config);
            return planner.plan(request, planner.placement());
          }
        });
  }

  /** What a request takes as the model lies. */
  GenerationPlan plan(VideoRequest request) {
    return planner.plan(request, parts.placement());
  }

  /** What of it is memory. */
  MemoryForecast forecast(VideoRequest request) {
    return planner.forecast(request, parts.placement());
  }

  @Override
  public void close() {
    parts.close();
    models.close();
    backend.close();
  }
}
