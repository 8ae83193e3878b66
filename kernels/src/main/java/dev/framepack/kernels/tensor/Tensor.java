package dev.framepack.kernels.tensor;

import java.lang.foreign.MemorySegment;

/**
 * A contiguous view into an arena. Identity matters: backends key packed weights by the tensor
 * object.
 */
public final class Tensor {
  private final String name;
  private final TensorArena arena;
  private final long byteOffset;
  private final TensorType type;
  private final boolean constant;

  public Tensor(
      String name, TensorArena arena, long byteOffset, TensorType type, boolean constant) {
    this.name = name;
    this.arena = arena;
    this.byteOffset = byteOffset;
    this.type = type;
    this.constant = constant;
  }

  public String name() {
    return name;
  }

  public TensorArena arena() {
    return arena;
  }

  public long byteOffset() {
    return byteOffset;
  }

  public TensorType type() {
    return type;
  }

  public Shape shape() {
    return type.shape();
  }

  public DType dtype() {
    return type.dtype();
  }

  public long byteSize() {
    return type.byteSize();
  }

  /**
   * True when the content never changes once programs are prepared (weights), so a backend may
   * repack it once.
   */
  public boolean isConstant() {
    return constant;
  }

  /** The same bytes, promised not to change again. */
  public Tensor asConstant() {
    return new Tensor(name, arena, byteOffset, type, true);
  }

  /** The same bytes under another shape with as many elements. */
  public Tensor reshape(Shape shape) {
    if (shape.elementCount() != shape().elementCount()) {
      throw new ShapeException("Tensor.reshape " + name + ": cannot view " + type + " as " + shape);
    }
    return new Tensor(name, arena, byteOffset, type.withShape(shape), constant);
  }

  /**
   * The bytes on the host.
   *
   * @throws IllegalStateException when the tensor lives on a device: use the backend's download
   *     instead
   */
  public MemorySegment hostSegment() {
    if (arena instanceof HostArena host) {
      return host.segment().asSlice(byteOffset, byteSize());
    }
    throw new IllegalStateException(
        "Tensor " + name + ": lives in " + arena.purpose() + " on a device, not on the host");
  }

  @Override
  public String toString() {
    return name + ":" + type;
  }
}
