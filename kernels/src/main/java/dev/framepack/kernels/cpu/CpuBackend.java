package dev.framepack.kernels.cpu;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.BackendMemory;
import dev.framepack.kernels.CallCheck;
import dev.framepack.kernels.Executable;
import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.MemoryMeter;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.StopSignal;
import dev.framepack.kernels.WeightStream;
import dev.framepack.kernels.plan.MemoryPlanning;
import dev.framepack.kernels.plan.PlanningBackend;
import dev.framepack.kernels.tensor.HostArena;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What every backend on host memory has in common: arenas, copies, and a program prepared by
 * checking each call and binding it to its kernel. A subclass writes {@link #bind} and owns its
 * threads, which it ends in {@link #release}.
 */
public abstract class CpuBackend implements Backend {
  private final AtomicBoolean closed = new AtomicBoolean();
  private final HalfCalls halfCalls = new HalfCalls(this::bind);
  private final BackendMemory memory = new BackendMemory();

  /**
   * The kernel of one call, with every size, pointer and scratch buffer fixed; running it allocates
   * nothing. The call's types and aliasing have been checked; half-precision operands reach only
   * operations that move elements unchanged, and casts.
   *
   * @throws KernelException when this backend has no kernel for these types
   */
  protected abstract Runnable bind(OpCall call);

  /** Bytes the kernels hold: packed weights and scratch. */
  protected abstract long kernelBytes();

  /** Ends threads and lets go of what the backend holds beside the arenas; called once. */
  protected abstract void release();

  @Override
  public TensorArena arena(String purpose, long capacityBytes) {
    checkOpen();
    HostArena arena =
        new HostArena(purpose, capacityBytes, () -> memory.host().give(purpose, capacityBytes));
    memory.host().take(purpose, capacityBytes);
    return arena;
  }

  @Override
  public WeightStream weightStream(String purpose, List<Long> groupBytes, long capacityBytes) {
    checkOpen();
    return new HostWeightStream(groupBytes, bytes -> arena(purpose, bytes));
  }

  @Override
  public MemoryPlanning planning() {
    return new PlanningBackend(name(), new MemoryMeter()).planning();
  }

  @Override
  public Executable prepare(List<OpCall> program) {
    checkOpen();
    OpCall[] calls = program.toArray(OpCall[]::new);
    Runnable[] kernels = new Runnable[calls.length];
    HalfCalls.Program halfProgram = halfCalls.program(program);
    StopSignal stop = StopSignal.current();
    for (int i = 0; i < calls.length; i++) {
      stop.check(); // a constant may be repacked here, which takes long where it is large
      CallCheck.check(calls[i]);
      checkOnHost(calls[i]);
      try {
        kernels[i] = HalfCalls.widens(calls[i]) ? halfProgram.bind(calls[i]) : bind(calls[i]);
      } catch (RuntimeException e) {
        throw CallCheck.failure(calls[i], e);
      }
    }
    return () -> replay(calls, kernels);
  }

  private static void checkOnHost(OpCall call) {
    try {
      call.output().hostSegment();
      call.inputs().forEach(Tensor::hostSegment);
    } catch (IllegalStateException e) {
      throw CallCheck.failure(call, e);
    }
  }

  private void replay(OpCall[] calls, Runnable[] kernels) {
    checkOpen();
    StopSignal stop = StopSignal.current();
    for (int i = 0; i < kernels.length; i++) {
      stop.check();
      try {
        kernels[i].run();
      } catch (RuntimeException e) {
        throw CallCheck.failure(calls[i], e);
      }
    }
  }

  /** What kernels hold is counted when it is asked for. */
  @Override
  public final BackendMemory memoryUse() {
    memory.host().set("kernels", closed.get() ? 0 : workspaceBytes());
    return memory;
  }

  @Override
  public final long workspaceBytes() {
    return kernelBytes() + halfCalls.bytes();
  }

  @Override
  public void upload(MemorySegment source, Tensor target) {
    checkOpen();
    checkSizes("upload", target, source);
    MemorySegment.copy(source, 0, target.hostSegment(), 0, target.byteSize());
  }

  @Override
  public void download(Tensor source, MemorySegment target) {
    checkOpen();
    checkSizes("download", source, target);
    MemorySegment.copy(source.hostSegment(), 0, target, 0, source.byteSize());
  }

  private void checkSizes(String what, Tensor tensor, MemorySegment host) {
    if (tensor.byteSize() != host.byteSize()) {
      throw new IllegalArgumentException(
          "%s %s of %s: host memory must hold %s bytes, found %s"
              .formatted(name(), what, tensor, tensor.byteSize(), host.byteSize()));
    }
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new IllegalStateException("Backend " + name() + ": used after close");
    }
  }

  @Override
  public final void close() {
    if (closed.compareAndSet(false, true)) {
      release();
    }
  }
}
