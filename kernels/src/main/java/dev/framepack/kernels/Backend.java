package dev.framepack.kernels;

import dev.framepack.kernels.plan.MemoryPlanning;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Where operations run. One contract, several implementations (cpu-reference, cpu-vector, cuda),
 * all held to the same table of op cases. A backend is thread-safe for preparing; one executable
 * runs on one thread at a time.
 */
public interface Backend extends AutoCloseable {

  /** Stable name: {@code cpu-reference}, {@code cpu-vector}, {@code cuda}. */
  String name();

  /** One line for people: vector width, threads, device. */
  String description();

  /**
   * What beside the kernels decides the bits they compute: vector width, or the device and its
   * driver; not the threads.
   */
  default String arithmetic() {
    return description();
  }

  /** True when an engine left to choose computes in half precision here. */
  default boolean prefersHalfPrecision() {
    return false;
  }

  /**
   * Device memory that was free when the backend was opened; empty when arenas live in host memory.
   */
  default OptionalLong deviceBytes() {
    return OptionalLong.empty();
  }

  /** Memory of the given size for tensors of this backend, zero-filled. */
  TensorArena arena(String purpose, long capacityBytes);

  /**
   * Memory for groups of weights that take turns.
   *
   * @param groupBytes size of each group, in the order programs read them
   * @param capacityBytes what they may take of the backend's memory together: the largest group at
   *     least; twice that lets copies run while kernels do. On the host all are in place always
   */
  WeightStream weightStream(String purpose, List<Long> groupBytes, long capacityBytes);

  /**
   * Fixes a program to its tensors, in order. Constant inputs may be repacked now and are shared
   * between programs.
   *
   * @throws KernelException when an operation is not supported for these types
   */
  Executable prepare(List<OpCall> program);

  /** Copies host bytes into a tensor of this backend; sizes must be equal. */
  void upload(MemorySegment source, Tensor target);

  /**
   * Copies a tensor of this backend to host bytes; sizes must be equal. Waits for work in flight.
   */
  void download(Tensor source, MemorySegment target);

  /** A backend that takes the memory this one would and computes nothing. */
  MemoryPlanning planning();

  /** What it has taken so far; a backend around another one hands on that one's. */
  default BackendMemory memoryUse() {
    return new BackendMemory();
  }

  /** Bytes held beside the arenas: packed weights and scratch. */
  long workspaceBytes();

  /** How often each kernel has run, by name; empty where kernels have none. */
  default Map<String, Long> launchCounts() {
    return Map.of();
  }

  /** How many operations have run in those kernels; 0 where kernels are not counted. */
  default long operationsRun() {
    return 0;
  }

  @Override
  void close();
}
