package dev.framepack.bench.kit;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.conformance.Conformance;
import dev.framepack.kernels.conformance.OpCase;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Computes on all cores what is right for cases that a device will be asked next: the reference
 * takes far longer than any device.
 */
final class ExpectedAhead implements AutoCloseable {
  private final ExecutorService workers;

  private ExpectedAhead(ExecutorService workers) {
    this.workers = workers;
  }

  /** Begins with the first cases. */
  static ExpectedAhead of(List<OpCase> cases, Conformance conformance) {
    int threads = Runtime.getRuntime().availableProcessors();
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    for (int thread = 0; thread < threads; thread++) {
      int first = thread;
      workers.execute(() -> compute(cases, first, threads, conformance));
    }
    return new ExpectedAhead(workers);
  }

  private static void compute(List<OpCase> cases, int first, int step, Conformance conformance) {
    try (Backend definition = new ReferenceBackend(1)) {
      for (int i = first; i < cases.size() && !Thread.currentThread().isInterrupted(); i += step) {
        conformance.expect(definition, cases.get(i));
      }
    }
  }

  /** Ends early. */
  @Override
  public void close() {
    workers.shutdownNow();
    workers.close();
  }
}
