package dev.framepack.kernels.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.device.MatrixLibrary;
import dev.framepack.kernels.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;

/**
 * Products by cuBLASLt, version 12 or 13. The library counts columns first: W, x and y are its
 * {@code [depth, columns]}, {@code [depth, rows]} and {@code [columns, rows]}, and {@code y = W^T
 * x}.
 */
final class CublasLt implements MatrixLibrary, CudaContext.Resource {
  /** What NVIDIA recommends from Hopper on; earlier devices need less. */
  private static final long WORKSPACE_BYTES = 32L << 20;

  private static final int COMPUTE_32F = 68;
  private static final int OP_T = 1;

  private final CudaContext context;
  private final CublasLtFunctions functions;
  private final long handle;
  private final CudaMemory workspace;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment one = arena.allocateFrom(JAVA_FLOAT, 1);
  private final MemorySegment zero = arena.allocateFrom(JAVA_FLOAT, 0);

  private CublasLt(CudaContext context) {
    this.context = context;
    this.functions = CublasLtFunctions.load();
    context.enter();
    this.workspace = CudaMemory.allocate(context, "cuBLASLt workspace", WORKSPACE_BYTES);
    this.handle = functions.create();
  }

  static CublasLt open(CudaContext context) {
    return context.own(new CublasLt(context));
  }

  /** CUDA's cudaDataType of an element. */
  static int dataType(DType type) {
    return switch (type) {
      case F32 -> 0;
      case F16 -> 2;
      case BF16 -> 14;
      default -> throw new IllegalArgumentException("matrix products take no " + type);
    };
  }

  @Override
  public String name() {
    return "cublaslt";
  }

  @Override
  public CudaLibraryFunction product(Product product) {
    context.enter();
    return context.own(new Matmul(product));
  }

  /** One product with its algorithm chosen. */
  private final class Matmul implements CudaLibraryFunction, CudaContext.Resource {
    private final Product product;
    private final long descriptor;
    private final long w; // [depth, columns]
    private final long x; // [depth, rows]
    private final long y; // [columns, rows]
    private final MemorySegment algorithm;

    Matmul(Product product) {
      this.product = product;
      int input = dataType(product.input());
      descriptor = functions.descriptor(COMPUTE_32F, dataType(DType.F32));
      functions.setDescriptor(descriptor, CublasLtFunctions.DESC_TRANSA, OP_T);
      w = functions.layout(input, product.depth(), product.columns());
      x = functions.layout(input, product.depth(), product.rows());
      y = functions.layout(dataType(product.output()), product.columns(), product.rows());
      algorithm = arena.allocate(CublasLtFunctions.HEURISTIC_BYTES, Long.BYTES);
      if (!choose()) {
        free();
        throw new DeviceException(
            functions.library() + " has no algorithm for " + product + "; use own kernels", false);
      }
    }

    private boolean choose() {
      long preference = functions.preference();
      try (Arena values = Arena.ofConfined()) {
        functions.setPreference(
            preference,
            CublasLtFunctions.PREF_MAX_WORKSPACE_BYTES,
            values.allocateFrom(JAVA_LONG, WORKSPACE_BYTES));
        MemorySegment alignment = values.allocateFrom(JAVA_INT, product.alignment());
        for (int operand = CublasLtFunctions.PREF_MIN_ALIGNMENT_A_BYTES;
            operand <= CublasLtFunctions.PREF_MIN_ALIGNMENT_D_BYTES;
            operand++) {
          functions.setPreference(preference, operand, alignment);
        }
        return functions.heuristic(handle, descriptor, w, x, y, preference, algorithm);
      } finally {
        functions.destroyPreference(preference);
      }
    }

    @Override
    public CudaContext context() {
      return context;
    }

    @Override
    public String name() {
      return "cublaslt_" + product.input().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int enqueue(List<KernelArgument> operands, CUstream stream) {
      functions.matmul(
          handle,
          descriptor,
          one,
          CudaLibraryFunction.address(operands, 1),
          w,
          CudaLibraryFunction.address(operands, 0),
          x,
          zero,
          CudaLibraryFunction.address(operands, 2),
          y,
          algorithm,
          workspace.address(),
          algorithm.get(JAVA_LONG, CublasLtFunctions.HEURISTIC_WORKSPACE),
          RawPointer.value(stream));
      return CUresult.CUDA_SUCCESS;
    }

    @Override
    public void free() {
      functions.destroyLayout(w);
      functions.destroyLayout(x);
      functions.destroyLayout(y);
      functions.destroyDescriptor(descriptor);
    }
  }

  @Override
  public void free() {
    functions.destroy(handle);
    arena.close();
  }
}
