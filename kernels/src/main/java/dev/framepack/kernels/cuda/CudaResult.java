package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.DeviceException;
import dev.framepack.kernels.gpu.device.DeviceOutOfMemoryException;
import dev.framepack.kernels.gpu.device.DeviceUnavailableException;
import jcuda.driver.CUresult;

/** What the driver's result codes mean for the engine. */
public final class CudaResult {

  /** How far a failure reaches. */
  enum Nature {
    /** No usable driver or device. */
    UNAVAILABLE,
    OUT_OF_MEMORY,
    /** The PTX does not suit the driver or the device. */
    MODULE,
    /** The context is lost: no further call succeeds, only a new process helps. */
    STICKY,
    /** The call failed, the device goes on. */
    CALL
  }

  private CudaResult() {}

  static Nature nature(int code) {
    return switch (code) {
      case CUresult.CUDA_ERROR_OUT_OF_MEMORY -> Nature.OUT_OF_MEMORY;
      case CUresult.CUDA_ERROR_NOT_INITIALIZED,
          CUresult.CUDA_ERROR_STUB_LIBRARY,
          CUresult.CUDA_ERROR_DEVICE_UNAVAILABLE,
          CUresult.CUDA_ERROR_NO_DEVICE,
          CUresult.CUDA_ERROR_INVALID_DEVICE,
          CUresult.CUDA_ERROR_DEVICE_NOT_LICENSED,
          CUresult.CUDA_ERROR_SYSTEM_NOT_READY,
          CUresult.CUDA_ERROR_SYSTEM_DRIVER_MISMATCH,
          CUresult.CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE ->
          Nature.UNAVAILABLE;
      case CUresult.CUDA_ERROR_INVALID_IMAGE,
          CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU,
          CUresult.CUDA_ERROR_INVALID_PTX,
          CUresult.CUDA_ERROR_JIT_COMPILER_NOT_FOUND,
          CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION,
          CUresult.CUDA_ERROR_JIT_COMPILATION_DISABLED ->
          Nature.MODULE;
      case CUresult.CUDA_ERROR_DEINITIALIZED,
          CUresult.CUDA_ERROR_ECC_UNCORRECTABLE,
          CUresult.CUDA_ERROR_NVLINK_UNCORRECTABLE,
          CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
          CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
          CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED,
          CUresult.CUDA_ERROR_ASSERT,
          CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR,
          CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
          CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
          CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE,
          CUresult.CUDA_ERROR_INVALID_PC,
          CUresult.CUDA_ERROR_LAUNCH_FAILED,
          CUresult.CUDA_ERROR_MPS_CLIENT_TERMINATED,
          CUresult.CUDA_ERROR_EXTERNAL_DEVICE,
          CUresult.CUDA_ERROR_UNKNOWN ->
          Nature.STICKY;
      default -> Nature.CALL;
    };
  }

  /** The code with its name and what to do. */
  static String describe(int code) {
    String remedy =
        switch (code) {
          case CUresult.CUDA_ERROR_NO_DEVICE ->
              "; no NVIDIA device is visible, see nvidia-smi and CUDA_VISIBLE_DEVICES";
          case CUresult.CUDA_ERROR_INVALID_DEVICE -> "; no device has that number";
          case CUresult.CUDA_ERROR_DEVICE_UNAVAILABLE ->
              "; another process holds the device exclusively";
          case CUresult.CUDA_ERROR_STUB_LIBRARY ->
              "; libcuda.so.1 is the toolkit's stub, put the driver's folder first";
          case CUresult.CUDA_ERROR_SYSTEM_DRIVER_MISMATCH ->
              "; the kernel module and libcuda.so.1 differ, reboot after a driver update";
          case CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION ->
              "; the driver is too old for PTX 8.0, install 525 or later";
          case CUresult.CUDA_ERROR_JIT_COMPILER_NOT_FOUND ->
              "; the driver's libnvidia-ptxjitcompiler.so.1 is missing";
          default ->
              nature(code) == Nature.STICKY
                  ? "; the device is lost to this process, restart it"
                  : "";
        };
    return CUresult.stringFor(code) + " (" + code + ")" + remedy;
  }

  /** The exception of a failed call: sticky when the code means that the context is lost. */
  public static DeviceException exception(String call, int code) {
    String message = call + ": " + describe(code);
    return switch (nature(code)) {
      case UNAVAILABLE -> new DeviceUnavailableException(message);
      case OUT_OF_MEMORY -> new DeviceOutOfMemoryException(message);
      case STICKY -> new DeviceException(message, true);
      case MODULE, CALL -> new DeviceException(message, false);
    };
  }
}
