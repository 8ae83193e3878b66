package dev.framepack.kernels.gpu;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceFunction;
import dev.framepack.kernels.gpu.device.DeviceInfo;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.device.Launch;
import dev.framepack.kernels.gpu.device.MatrixLibrary;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The launches of a program while it is prepared. A launcher adds to it; scratch is shared by all
 * calls of the program, because they run one after the other.
 */
public final class LaunchPlan {
  private final Device device;
  private final DeviceInfo info;
  private final KernelLibrary library;
  private final long scratchAddress;
  private final long faultAddress;
  private final List<Launch> launches = new ArrayList<>();
  private final List<LongFunction<KernelException>> faults = new ArrayList<>();
  private String label = "";
  private long scratchUsed;
  private long scratchPeak;

  /**
   * @param scratchAddress where scratch begins; 0 while only its size is asked
   * @param faultAddress where fault words begin
   */
  LaunchPlan(Device device, KernelLibrary library, long scratchAddress, long faultAddress) {
    this.device = device;
    this.info = device.info();
    this.library = library;
    this.scratchAddress = scratchAddress;
    this.faultAddress = faultAddress;
  }

  /** Begins the next call: its scratch starts anew. */
  void begin(String callLabel) {
    label = callLabel;
    scratchUsed = 0;
  }

  public DeviceInfo device() {
    return info;
  }

  /** Serves Linear in the place of own kernels; null when they do. */
  public @Nullable MatrixLibrary matrixLibrary() {
    return library.matrixLibrary();
  }

  /** Adds a call of a vendor's library. */
  public void launch(DeviceFunction function, KernelArgument... arguments) {
    launches.add(new Launch(function, Dim3.of(1), Dim3.of(1), 0, List.of(arguments), label));
  }

  /** Adds a launch without dynamic shared memory. */
  public void launch(PtxKernel kernel, Dim3 grid, KernelArgument... arguments) {
    launch(kernel, grid, 0, arguments);
  }

  public void launch(PtxKernel kernel, Dim3 grid, int sharedBytes, KernelArgument... arguments) {
    launches.add(
        new Launch(
            library.function(kernel),
            grid,
            Dim3.of(kernel.threads()),
            sharedBytes,
            List.of(arguments),
            label));
  }

  /** Memory for intermediate results of the current call, 256-byte aligned, content undefined. */
  public long scratch(long bytes) {
    long address = scratchAddress + scratchUsed;
    scratchUsed = Math.ceilDiv(scratchUsed + bytes, 256) * 256;
    scratchPeak = Math.max(scratchPeak, scratchUsed);
    return address;
  }

  /**
   * A 64-bit word, zero when the program starts, by which a kernel reports data it cannot work on.
   *
   * @param failure what the program throws when the word is not zero after its run
   */
  public KernelArgument fault(LongFunction<KernelException> failure) {
    if (faults.size() == FaultWords.CAPACITY) {
      throw new KernelException(
          "a program has at most %s operations that may fault; split it"
              .formatted(FaultWords.CAPACITY));
    }
    faults.add(failure);
    return KernelArgument.readWrite(faultAddress + (faults.size() - 1L) * Long.BYTES, Long.BYTES);
  }

  /** Whole tensor, read. */
  public KernelArgument read(Tensor tensor) {
    return KernelArgument.read(address(tensor), tensor.byteSize());
  }

  /** Whole tensor, written in full and not read. */
  public KernelArgument write(Tensor tensor) {
    return KernelArgument.write(address(tensor), tensor.byteSize());
  }

  public KernelArgument readWrite(Tensor tensor) {
    return KernelArgument.readWrite(address(tensor), tensor.byteSize());
  }

  public long address(Tensor tensor) {
    return arena(tensor).address() + tensor.byteOffset();
  }

  private static GpuArena arena(Tensor tensor) {
    TensorArena arena = tensor.arena();
    if (arena instanceof GpuArena gpu) {
      return gpu;
    }
    throw new IllegalStateException(
        "tensor " + tensor + " lives in " + arena.purpose() + ", not on the device; upload it");
  }

  /**
   * A constant in another layout, made once per constant and layout by the launches that {@code
   * pack} adds to a plan of their own.
   */
  public KernelArgument packed(
      Tensor constant, String layout, long bytes, BiConsumer<LaunchPlan, KernelArgument> pack) {
    if (!constant.isConstant()) {
      throw new IllegalArgumentException("packed: " + constant + " is no constant");
    }
    DeviceMemory copy =
        arena(constant)
            .packed(
                constant,
                layout,
                bytes,
                target -> {
                  LaunchPlan once = new LaunchPlan(device, library, 0, 0);
                  once.begin("pack " + constant.name());
                  pack.accept(once, KernelArgument.write(target.address(), bytes));
                  library.runOnce(once.launches);
                });
    return KernelArgument.read(copy.address(), bytes);
  }

  List<Launch> launches() {
    return launches;
  }

  List<LongFunction<KernelException>> faults() {
    return faults;
  }

  long scratchBytes() {
    return scratchPeak;
  }
}
