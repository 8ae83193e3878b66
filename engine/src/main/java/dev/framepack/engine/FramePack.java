package dev.framepack.engine;

/**
 * Where a program begins: {@code try (FramePackEngine engine = FramePack.open(config)) { ... }}.
 */
public final class FramePack {
  private FramePack() {}

  /**
   * Loads a checkpoint.
   *
   * @throws dev.framepack.weights.WeightException for files that are missing, malformed or of
   *     another model
   * @throws FramePackException for everything else that keeps the engine from running; nothing
   *     stays allocated
   */
  public static FramePackEngine open(EngineConfig config) {
    return new FramePackEngine(config);
  }

  /**
   * What a request would take of memory on the configured backend; reads no weights.
   *
   * @throws FramePackException for a backend, configuration or tokenizer that cannot be used
   */
  public static MemoryForecast plan(EngineConfig config, VideoRequest request) {
    return FramePackEngine.plan(config, request);
  }
}
