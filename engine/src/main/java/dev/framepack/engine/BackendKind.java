package dev.framepack.engine;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.cpu.vector.VectorBackend;

/** The backends an engine can be opened on, by name. */
public enum BackendKind {
  /** The fastest one that works on this machine; which one, the engine tells. */
  AUTO("auto") {
    @Override
    public Backend open(int threads) {
      return CPU.open(threads);
    }
  },
  /** Vector API on the processor. */
  CPU("cpu") {
    @Override
    public Backend open(int threads) {
      return new VectorBackend(threads);
    }
  },
  /** Plain loops with float64 sums: slow, the definition of right. */
  CPU_REFERENCE("cpu-reference") {
    @Override
    public Backend open(int threads) {
      return new ReferenceBackend(threads);
    }
  };

  private final String id;

  BackendKind(String id) {
    this.id = id;
  }

  /** Name in metadata and on the command line. */
  public String id() {
    return id;
  }

  /**
   * Opens the backend.
   *
   * @throws dev.framepack.kernels.KernelException when this machine or JVM cannot run it
   */
  public abstract Backend open(int threads);
}
