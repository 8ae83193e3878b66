package dev.framepack.kernels.gpu.device;

/** One parameter of a launch, in the order of the kernel's {@code .param} list. */
public sealed interface KernelArgument {

  /** What a kernel does with an operand; the emulator holds it to this. */
  enum Access {
    READ,
    /** Every byte is written, none is read before. */
    WRITE,
    READ_WRITE
  }

  /** A {@code .u64} address of {@code byteSize} bytes that the kernel may touch. */
  record Operand(long address, long byteSize, Access access) implements KernelArgument {}

  /** A {@code .u32} or {@code .s32}. */
  record Int32(int value) implements KernelArgument {}

  /** A {@code .u64} or {@code .s64} that is no address. */
  record Int64(long value) implements KernelArgument {}

  /** A {@code .f32}. */
  record Float32(float value) implements KernelArgument {}

  /**
   * A {@code .param .align 64 .b8 name[128]}: a CUtensorMap (PTX tensor map) of a tile-mode tensor.
   * Dimensions run innermost first; {@code byteStrides} begins with that of dimension 1.
   */
  record TensorMap(
      ElementType element,
      Operand memory,
      long[] dims,
      long[] byteStrides,
      int[] box,
      Swizzle swizzle)
      implements KernelArgument {

    /** CUtensorMapDataType of the elements. */
    public enum ElementType {
      BFLOAT16(9, 2),
      FLOAT16(6, 2),
      FLOAT32(7, 4);

      private final int cudaValue;
      private final int byteSize;

      ElementType(int cudaValue, int byteSize) {
        this.cudaValue = cudaValue;
        this.byteSize = byteSize;
      }

      public int cudaValue() {
        return cudaValue;
      }

      public int byteSize() {
        return byteSize;
      }
    }

    /** CUtensorMapSwizzle; the ordinal is the driver's value. */
    public enum Swizzle {
      NONE,
      BYTES_32,
      BYTES_64,
      BYTES_128
    }
  }

  static KernelArgument read(long address, long byteSize) {
    return new Operand(address, byteSize, Access.READ);
  }

  static KernelArgument write(long address, long byteSize) {
    return new Operand(address, byteSize, Access.WRITE);
  }

  static KernelArgument readWrite(long address, long byteSize) {
    return new Operand(address, byteSize, Access.READ_WRITE);
  }

  static KernelArgument int32(long value) {
    return new Int32(Math.toIntExact(value));
  }

  static KernelArgument int64(long value) {
    return new Int64(value);
  }

  static KernelArgument float32(float value) {
    return new Float32(value);
  }
}
