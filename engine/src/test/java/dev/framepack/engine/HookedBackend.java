package dev.framepack.engine;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.BackendMemory;
import dev.framepack.kernels.Executable;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.WeightStream;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import dev.framepack.kernels.plan.MemoryPlanning;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** A backend that calls a test before each operation it runs. */
final class HookedBackend implements Backend {
  private final Backend backend;
  private final AtomicLong operations = new AtomicLong();
  private volatile LongConsumer hook = operation -> {};
  private volatile Runnable closeHook = () -> {};

  HookedBackend(Backend backend) {
    this.backend = backend;
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
    List<Executable> calls = program.stream().map(call -> backend.prepare(List.of(call))).toList();
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
  public String name() {
    return backend.name();
  }

  @Override
  public String description() {
    return backend.description();
  }

  @Override
  public OptionalLong deviceBytes() {
    return backend.deviceBytes();
  }

  @Override
  public TensorArena arena(String purpose, long capacityBytes) {
    return backend.arena(purpose, capacityBytes);
  }

  @Override
  public WeightStream weightStream(String purpose, List<Long> groupBytes, long capacityBytes) {
    return backend.weightStream(purpose, groupBytes, capacityBytes);
  }

  @Override
  public void upload(MemorySegment source, Tensor target) {
    backend.upload(source, target);
  }

  @Override
  public void download(Tensor source, MemorySegment target) {
    backend.download(source, target);
  }

  @Override
  public MemoryPlanning planning() {
    return backend.planning();
  }

  @Override
  public BackendMemory memoryUse() {
    return backend.memoryUse();
  }

  @Override
  public long workspaceBytes() {
    return backend.workspaceBytes();
  }

  @Override
  public Map<String, Long> launchCounts() {
    return backend.launchCounts();
  }

  @Override
  public void close() {
    backend.close();
    closeHook.run();
  }
}
