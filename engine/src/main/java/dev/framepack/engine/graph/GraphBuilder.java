package dev.framepack.engine.graph;

import dev.framepack.engine.binding.Parameter;
import dev.framepack.kernels.op.Op;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.ShapeException;
import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Records operations into a graph. Models write plain operations; fusion comes after recording. Not
 * thread-safe.
 */
public final class GraphBuilder {
  private final String name;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Integer> inputs = new LinkedHashMap<>();
  private final Map<String, Integer> outputs = new LinkedHashMap<>();
  private final Map<String, Integer> taps = new LinkedHashMap<>();
  private final Map<Parameter, Value> weights = new LinkedHashMap<>();
  private final Deque<String> scopes = new ArrayDeque<>();

  public GraphBuilder(String name) {
    this.name = name;
  }

  /** A value given before each run. */
  public Value input(String inputName, TensorType type) {
    Value value = append(new Node.Input(inputName, type));
    if (inputs.putIfAbsent(inputName, value.id()) != null) {
      throw new IllegalArgumentException(
          "Graph " + name + ": input " + inputName + " declared twice");
    }
    return value;
  }

  /** An F32 value given before each run. */
  public Value input(String inputName, long... dims) {
    return input(inputName, TensorType.f32(dims));
  }

  /** A model parameter; the same one always gives the same value. */
  public Value weight(Parameter parameter) {
    return weights.computeIfAbsent(
        parameter, p -> append(new Node.Weight(p.name(), new TensorType(p.shape(), DType.F32))));
  }

  /**
   * One operation.
   *
   * @throws ShapeException when the operands do not fit, saying where in the model
   */
  public Value op(Op op, Value... operands) {
    List<TensorType> types = new ArrayList<>();
    List<Integer> ids = new ArrayList<>();
    for (Value operand : operands) {
      types.add(operand.type());
      ids.add(operand.id());
    }
    try {
      return append(new Node.Call(op, ids, op.infer(types), label()));
    } catch (ShapeException e) {
      throw (ShapeException)
          new ShapeException("%s at %s: %s".formatted(name, label(), e.getMessage())).initCause(e);
    }
  }

  /** The same bytes under another shape; one dimension may be -1 and is then inferred. */
  public Value reshape(Value value, long... dims) {
    long known = 1;
    int open = -1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == -1) {
        open = i;
      } else {
        known *= dims[i];
      }
    }
    long[] resolved = dims.clone();
    if (open >= 0) {
      resolved[open] = known == 0 ? 0 : value.shape().elementCount() / known;
    }
    Shape shape = Shape.of(resolved);
    if (shape.elementCount() != value.shape().elementCount()) {
      throw new ShapeException(
          "%s at %s: cannot reshape %s to %s".formatted(name, label(), value.shape(), shape));
    }
    if (shape.equals(value.shape())) {
      return value;
    }
    return append(new Node.Reshape(value.id(), value.type().withShape(shape)));
  }

  /** Names a result. */
  public void output(String outputName, Value value) {
    if (outputs.putIfAbsent(outputName, value.id()) != null) {
      throw new IllegalArgumentException(
          "Graph " + name + ": output " + outputName + " declared twice");
    }
  }

  /** Names an inner value so that a debug run can dump it; returns it. */
  public Value tap(String tapName, Value value) {
    taps.put(tapName, value.id());
    return value;
  }

  /** Enters a named part of the model; operations recorded inside carry the path as their label. */
  public Scope scope(String part) {
    scopes.addLast(part);
    return scopes::removeLast;
  }

  /** Leaves a part of the model at the end of a try block. */
  @FunctionalInterface
  public interface Scope extends AutoCloseable {
    @Override
    void close();
  }

  public Graph build() {
    return new Graph(
        name,
        List.copyOf(nodes),
        Collections.unmodifiableMap(new LinkedHashMap<>(inputs)),
        Collections.unmodifiableMap(new LinkedHashMap<>(outputs)),
        Collections.unmodifiableMap(new LinkedHashMap<>(taps)));
  }

  private String label() {
    return scopes.isEmpty() ? name : String.join(".", scopes);
  }

  private Value append(Node node) {
    nodes.add(node);
    return new Value(nodes.size() - 1, node.type());
  }
}
