package dev.framepack.kernels;

import dev.framepack.kernels.plan.MemoryPlanning;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Another backend in every respect; what stands around one overrides what it changes, and hands on
 * the rest, also what {@link Backend} has a default for.
 */
public abstract class DelegatingBackend implements Backend {
  private final Backend backend;

  /**
   * @param backend closed with this one
   */
  protected DelegatingBackend(Backend backend) {
    this.backend = backend;
  }

  /** The one inside. */
  protected final Backend backend() {
    return backend;
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
  public String arithmetic() {
    return backend.arithmetic();
  }

  @Override
  public boolean prefersHalfPrecision() {
    return backend.prefersHalfPrecision();
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
  public Executable prepare(List<OpCall> program) {
    return backend.prepare(program);
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
  public long operationsRun() {
    return backend.operationsRun();
  }

  @Override
  public void close() {
    backend.close();
  }
}
