package dev.framepack.engine;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.StoppedException;
import dev.framepack.weights.WeightException;
import java.util.function.Supplier;

/** The border where failures of the modules below become the engine's own. */
final class EngineFailures {
  private EngineFailures() {}

  /**
   * Does work; what it throws on purpose is a {@link FramePackException}.
   *
   * @param during what is done, for messages
   */
  static <T> T translated(Supplier<String> during, Supplier<T> work) {
    try {
      return work.get();
    } catch (OutOfMemoryError e) {
      throw new OutOfHostMemoryException(
          "HOST_MEMORY",
          "%s: the memory of this machine or the Java heap is used up: %s"
              .formatted(during.get(), e.getMessage()),
          "choose a smaller size or latent window, vae tiling, or a larger heap (-Xmx)",
          e);
    } catch (KernelException e) {
      throw DeviceFailures.translate(e);
    } catch (WeightException e) {
      throw ModelFailures.translate(e);
    } catch (StoppedException e) {
      throw new CancelledException("CANCELLED", during.get() + ": stopped", "", e);
    }
  }

  /** The opened backend. */
  static Backend opened(Supplier<Backend> backend) {
    try {
      return backend.get();
    } catch (KernelException e) {
      throw DeviceFailures.unavailable(e);
    }
  }
}
