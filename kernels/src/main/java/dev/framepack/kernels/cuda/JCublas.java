package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.gpu.device.DeviceUnavailableException;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.device.MatrixLibrary;
import java.util.List;
import java.util.Locale;
import jcuda.Pointer;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasGemmAlgo;
import jcuda.jcublas.cublasHandle;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasStatus;
import jcuda.runtime.cudaStream_t;

/**
 * Products by cuBLAS 12 through JCublas. As in {@link CublasLt}, the library's matrices are those
 * of the engine transposed.
 */
final class JCublas implements MatrixLibrary, CudaContext.Resource {
  private static final long WORKSPACE_BYTES = 32L << 20;

  private final CudaContext context;
  private final cublasHandle handle = new cublasHandle();
  private final CudaMemory workspace;
  private final Pointer one = Pointer.to(new float[] {1});
  private final Pointer zero = Pointer.to(new float[] {0});

  private JCublas(CudaContext context) {
    this.context = context;
    NativeLibraries.load(NativeLibrary.CUBLAS);
    context.enter();
    this.workspace = CudaMemory.allocate(context, "cuBLAS workspace", WORKSPACE_BYTES);
    check("cublasCreate", JCublas2.cublasCreate(handle));
  }

  static JCublas open(CudaContext context) {
    DynamicLibrary.Attempt attempt = DynamicLibrary.load(VendorLibrary.CUBLAS);
    if (!attempt.loads()) {
      throw new DeviceUnavailableException("cuBLAS cannot be loaded: " + attempt.refusal());
    }
    try {
      return context.own(new JCublas(context));
    } catch (NoClassDefFoundError e) {
      throw new DeviceUnavailableException(
          "JCublas is not on the class path: no " + e.getMessage() + "; add org.jcuda:jcublas", e);
    }
  }

  private static void check(String call, int status) {
    if (status != cublasStatus.CUBLAS_STATUS_SUCCESS) {
      throw new DeviceException(
          String.format(Locale.ROOT, "%s: %s (%s)", call, cublasStatus.stringFor(status), status),
          false);
    }
  }

  @Override
  public String name() {
    return "cublas";
  }

  @Override
  public CudaLibraryFunction product(Product product) {
    Math.toIntExact(Math.max(product.rows(), Math.max(product.columns(), product.depth())));
    return new Gemm(product);
  }

  private final class Gemm implements CudaLibraryFunction {
    private final Product product;

    Gemm(Product product) {
      this.product = product;
    }

    @Override
    public CudaContext context() {
      return context;
    }

    @Override
    public String name() {
      return "cublas_" + product.input().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public int enqueue(List<KernelArgument> operands, CUstream stream) {
      synchronized (handle) {
        check("cublasSetStream", JCublas2.cublasSetStream(handle, new cudaStream_t(stream)));
        // Setting the stream takes the workspace away; the library's own would be allocated while
        // a graph is captured.
        check(
            "cublasSetWorkspace",
            JCublas2.cublasSetWorkspace(
                handle, RawPointer.device(workspace.address()), WORKSPACE_BYTES));
        check("cublasGemmEx", gemm(operands));
      }
      return CUresult.CUDA_SUCCESS;
    }

    private int gemm(List<KernelArgument> operands) {
      int input = CublasLt.dataType(product.input());
      int output = CublasLt.dataType(product.output());
      int rows = (int) product.rows();
      int columns = (int) product.columns();
      int depth = (int) product.depth();
      return JCublas2.cublasGemmEx_new(
          handle,
          cublasOperation.CUBLAS_OP_T,
          cublasOperation.CUBLAS_OP_N,
          columns,
          rows,
          depth,
          one,
          RawPointer.device(CudaLibraryFunction.address(operands, 1)),
          input,
          depth,
          RawPointer.device(CudaLibraryFunction.address(operands, 0)),
          input,
          depth,
          zero,
          RawPointer.device(CudaLibraryFunction.address(operands, 2)),
          output,
          columns,
          cublasComputeType.CUBLAS_COMPUTE_32F,
          cublasGemmAlgo.CUBLAS_GEMM_DEFAULT);
    }
  }

  @Override
  public void free() {
    check("cublasDestroy", JCublas2.cublasDestroy(handle));
  }
}
