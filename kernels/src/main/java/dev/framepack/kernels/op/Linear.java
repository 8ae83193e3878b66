package dev.framepack.kernels.op;

import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code y = epilogue(x W^T + b)} over the last axis.
 *
 * <p>Inputs: x {@code [..., K]}, W {@code [N, K]}, then b {@code [N]} when {@code bias}, then what
 * the epilogue takes. Output {@code [..., N]}. {@link Epilogue#ADD} takes a residual {@code [...,
 * N]} and adds it; {@link Epilogue#GATED_RESIDUAL} takes residual {@code [B, T, N]} and gate {@code
 * [B, N]} or {@code [B, T, N]}: {@code residual + gate * y}. The activation is applied before the
 * epilogue.
 */
public record Linear(boolean bias, Activation activation, Epilogue epilogue) implements Op {

  /** What happens to the product after bias and activation. */
  public enum Epilogue {
    NONE,
    ADD,
    GATED_RESIDUAL
  }

  public static Linear plain(boolean bias) {
    return new Linear(bias, Activation.NONE, Epilogue.NONE);
  }

  @Override
  public String name() {
    return "linear";
  }

  /** Index of the first input after x, W and the bias. */
  public int epilogueInput() {
    return bias ? 3 : 2;
  }

  @Override
  public TensorType infer(List<TensorType> inputs) {
    int extra =
        switch (epilogue) {
          case NONE -> 0;
          case ADD -> 1;
          case GATED_RESIDUAL -> 2;
        };
    Check.inputs(this, inputs, epilogueInput() + extra);
    TensorType x = Check.floating(this, inputs, 0);
    Shape weight = Check.dtype(this, inputs, 1, x.dtype(), 2).shape();
    Check.that(
        x.shape().rank() >= 1 && x.shape().dim(-1) == weight.dim(1),
        this,
        "last axis of x %s must equal K of W %s",
        x.shape(),
        weight);
    long n = weight.dim(0);
    if (bias) {
      Check.shape(this, inputs, 2, x.dtype(), n);
    }
    TensorType y = x.withShape(x.shape().with(-1, n));
    if (epilogue != Epilogue.NONE) {
      Check.shape(this, inputs, epilogueInput(), y.dtype(), y.shape().dims());
    }
    if (epilogue == Epilogue.GATED_RESIDUAL) {
      Modulate.checkVector(this, y, inputs, epilogueInput() + 1);
    }
    return y;
  }

  @Override
  public Cost cost(List<TensorType> inputs) {
    return Cost.of(
        this, inputs, 2 * inputs.get(0).shape().elementCount() * inputs.get(1).shape().dim(0));
  }

  @Override
  public boolean mayOverwrite(int index) {
    return epilogue != Epilogue.NONE && index == epilogueInput();
  }

  @Override
  public Optional<Decomposition> decompose() {
    if (activation == Activation.NONE && epilogue == Epilogue.NONE) {
      return Optional.empty();
    }
    int next = epilogueInput() + (epilogue == Epilogue.NONE ? 0 : epilogue == Epilogue.ADD ? 1 : 2);
    List<Decomposition.Step> steps = new ArrayList<>();
    steps.add(
        bias ? Decomposition.step(plain(true), 0, 1, 2) : Decomposition.step(plain(false), 0, 1));
    if (activation != Activation.NONE) {
      steps.add(Decomposition.step(new Activate(activation), next++));
    }
    if (epilogue == Epilogue.ADD) {
      steps.add(Decomposition.step(new Add(), next, epilogueInput()));
    } else if (epilogue == Epilogue.GATED_RESIDUAL) {
      steps.add(
          Decomposition.step(new GatedResidual(), epilogueInput(), epilogueInput() + 1, next));
    }
    return Optional.of(new Decomposition(steps));
  }
}
