package dev.framepack.engine;

/**
 * Where a program begins: {@code try (FramePackEngine engine = FramePack.open(config)) { ... }}.
 */
public final class FramePack {
  private FramePack() {}

  /**
   * Loads a checkpoint.
   *
   * @throws ModelFormatException for files that are missing or malformed
   * @throws ModelMismatchException for files of another model
   * @throws NativeLoadException for a backend that cannot run here
   * @throws FramePackException for everything else that keeps the engine from running; nothing
   *     stays allocated
   */
  public static FramePackEngine open(EngineConfig config) {
    return new FramePackEngine(config, config::openBackend);
  }

  /**
   * What a request would take on the configured backend; reads no weights.
   *
   * @throws FramePackException for a backend, configuration or tokenizer that cannot be used
   */
  public static GenerationPlan plan(EngineConfig config, VideoRequest request) {
    return LoadedModel.plan(config, request);
  }
}
