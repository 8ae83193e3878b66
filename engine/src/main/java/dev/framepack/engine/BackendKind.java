package dev.framepack.engine;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.cpu.vector.VectorBackend;
import dev.framepack.kernels.cuda.CudaDevice;
import dev.framepack.kernels.cuda.CudaProbe;
import dev.framepack.kernels.emulator.EmulatedDevice;
import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.gpu.GpuBackend;

/** The backends an engine can be opened on, by name. */
public enum BackendKind {
  /** {@link #CUDA} where a device can be used, else {@link #CPU}; which one, the engine tells. */
  AUTO("auto") {
    @Override
    public Backend open(int threads, int device) {
      return automatic(device).open(threads, device);
    }
  },
  /** Hand-written PTX kernels on an NVIDIA GPU. */
  CUDA("cuda") {
    @Override
    public Backend open(int threads, int device) {
      return new GpuBackend(id(), CudaDevice.open(device));
    }
  },
  /** As {@link #CUDA}, linear layers by cuBLASLt 13 or 12 where it is installed. */
  CUDA_CUBLASLT("cuda+cublaslt") {
    @Override
    public Backend open(int threads, int device) {
      return withLibrary("cublaslt", device);
    }
  },
  /** As {@link #CUDA}, linear layers by cuBLAS 12 where it is installed. */
  CUDA_CUBLAS("cuda+cublas") {
    @Override
    public Backend open(int threads, int device) {
      return withLibrary("cublas", device);
    }
  },
  /** The same kernels on an emulated GPU, every check on: for proofs, not for speed. */
  CUDA_EMULATED("cuda-emulated") {
    @Override
    public Backend open(int threads, int device) {
      EmulatorOptions options = EmulatorOptions.defaults();
      return new GpuBackend(
          id(), new EmulatedDevice(options.withWorkers(threads, options.instructionLimit())));
    }
  },
  /** Vector API on the processor. */
  CPU("cpu") {
    @Override
    public Backend open(int threads, int device) {
      return new VectorBackend(threads);
    }
  },
  /** Plain loops with float64 sums: slow, the definition of right. */
  CPU_REFERENCE("cpu-reference") {
    @Override
    public Backend open(int threads, int device) {
      return new ReferenceBackend(threads);
    }
  };

  private static final int FIRST_DEVICE = 0;

  private final String id;

  BackendKind(String id) {
    this.id = id;
  }

  Backend withLibrary(String library, int ordinal) {
    CudaDevice device = CudaDevice.open(ordinal);
    try {
      return new GpuBackend(id, device, device.matrixLibrary(library));
    } catch (RuntimeException | Error e) {
      device.close();
      throw e;
    }
  }

  /** What {@link #AUTO} takes. */
  static BackendKind automatic(int device) {
    return CudaProbe.usable(device) ? CUDA : CPU;
  }

  /** Name in metadata and on the command line. */
  public String id() {
    return id;
  }

  /**
   * Opens the backend, on the first GPU where it needs one.
   *
   * @throws dev.framepack.kernels.KernelException when this machine or JVM cannot run it
   */
  public Backend open(int threads) {
    return open(threads, FIRST_DEVICE);
  }

  /**
   * Opens the backend.
   *
   * @param device which GPU, as the driver counts, from 0; says nothing to the other backends
   * @throws dev.framepack.kernels.KernelException when this machine or JVM cannot run it
   */
  public abstract Backend open(int threads, int device);
}
