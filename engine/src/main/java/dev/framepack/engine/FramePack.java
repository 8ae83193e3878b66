package dev.framepack.engine;

import dev.framepack.kernels.Backend;

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
   * Loads a checkpoint onto a backend of the caller's own: one that measures, or one that fails on
   * purpose. Of the configuration the backend, the device and the threads are not read.
   *
   * @param backend closed by the engine, also when it cannot be opened
   * @throws FramePackException as {@link #open(EngineConfig)}
   */
  public static FramePackEngine open(EngineConfig config, Backend backend) {
    return new FramePackEngine(config, () -> backend);
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
