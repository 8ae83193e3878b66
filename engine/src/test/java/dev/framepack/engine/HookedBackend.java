package dev.framepack.engine;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.DelegatingBackend;
import dev.framepack.kernels.Executable;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** A backend that calls a test before each operation it runs. */
final class HookedBackend extends DelegatingBackend {
  private final AtomicLong operations = new AtomicLong();
  private volatile LongConsumer hook = operation -> {};
  private volatile Runnable closeHook = () -> {};

  HookedBackend(Backend backend) {
    super(backend);
  }

  static HookedBackend cpu() {
    return new HookedBackend(new VectorBackend(1));
  }

  /**
   * Calls the hook with the number of the operation from now on, the first 0.
   *
   * @param called on the engine's thread
   */
  void onOperation(LongConsumer called) {
    operations.set(0);
    hook = called;
  }

  /** Called when it is closed. */
  void onClose(Runnable called) {
    closeHook = called;
  }

  /** Operations begun since {@link #onOperation}. */
  long operations() {
    return operations.get();
  }

  @Override
  public Executable prepare(List<OpCall> program) {
    List<Executable> calls = program.stream().map(call -> super.prepare(List.of(call))).toList();
    return new Executable() {
      @Override
      public void run() {
        for (Executable call : calls) {
          hook.accept(operations.get());
          call.run(); // looks at the stop signal first
          operations.incrementAndGet();
        }
      }

      @Override
      public void close() {
        calls.forEach(Executable::close);
      }
    };
  }

  @Override
  public void close() {
    super.close();
    closeHook.run();
  }
}
