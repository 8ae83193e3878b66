package dev.framepack.engine.pipeline;

import dev.framepack.engine.sampler.LatentAlgebra;
import dev.framepack.kernels.Backend;
import dev.framepack.kernels.Executable;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.op.LinearCombination;
import dev.framepack.kernels.op.Op;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Small arithmetic between graph runs, on the backend's own memory: linear combinations and single
 * operations. Programs are prepared when a combination of tensors is first seen and replayed from
 * then on.
 */
final class TensorMath implements Resources.Resource {
  private static final int MAX_TERMS = 8;

  /** Tensors compare by identity, so a list of them is a key. */
  private record Key(Op op, Tensor target, List<Tensor> inputs) {}

  private final Backend backend;
  private final TensorArena arena;
  private final MemorySegment staging =
      Arena.ofAuto().allocate((long) MAX_TERMS * Float.BYTES, Float.BYTES);
  private final Tensor[] coefficients = new Tensor[MAX_TERMS + 1];
  private final Map<Key, Executable> programs = new HashMap<>();

  /**
   * @param name for reports
   * @param types what {@link #allocate} will be asked for at most
   */
  TensorMath(Backend backend, String name, List<TensorType> types) {
    this.backend = backend;
    long bytes = (MAX_TERMS + 1) * TensorArena.align(4L * MAX_TERMS);
    for (TensorType type : types) {
      bytes = Math.addExact(bytes, TensorArena.align(type.byteSize()));
    }
    this.arena = backend.arena(name, bytes);
    for (int terms = 1; terms <= MAX_TERMS; terms++) {
      coefficients[terms] = arena.allocate("coefficients", TensorType.f32(terms));
    }
  }

  /** Memory from this object's arena. */
  Tensor allocate(String name, TensorType type) {
    return arena.allocate(name, type);
  }

  /** {@code target = sum_i weights[i] terms[i]}. */
  void combine(Tensor target, double[] weights, List<Tensor> terms) {
    for (int i = 0; i < weights.length; i++) {
      staging.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) weights[i]);
    }
    Tensor weightTensor = coefficients[weights.length];
    backend.upload(staging.asSlice(0, weightTensor.byteSize()), weightTensor);
    Tensor[] inputs = new Tensor[terms.size() + 1];
    inputs[0] = weightTensor;
    for (int i = 0; i < terms.size(); i++) {
      inputs[i + 1] = terms.get(i);
    }
    run(new LinearCombination(weights.length), target, inputs);
  }

  /** {@code target = source}. */
  void copy(Tensor target, Tensor source) {
    combine(target, new double[] {1}, List.of(source));
  }

  /** One operation. */
  void run(Op op, Tensor target, Tensor... inputs) {
    List<Tensor> operands = List.of(inputs);
    programs
        .computeIfAbsent(
            new Key(op, target, operands),
            key -> backend.prepare(List.of(new OpCall(op, operands, target, arena.purpose()))))
        .run();
  }

  /** What a sampler needs, for latents of one type. */
  LatentAlgebra<Tensor> latents(TensorType type) {
    return new LatentAlgebra<>() {
      @Override
      public Tensor allocate() {
        return TensorMath.this.allocate("latents", type);
      }

      @Override
      public void combine(Tensor target, double[] weights, List<Tensor> terms) {
        TensorMath.this.combine(target, weights, terms);
      }
    };
  }

  @Override
  public void close() {
    programs.values().forEach(Executable::close);
    programs.clear();
    arena.close();
  }
}
