package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import java.util.Collection;
import java.util.Map;

/** {@code copy_rows.ptx}: rows of equal length from one pitch to another. */
final class RowCopies {
  private static final UnitKernel KERNEL = UnitKernel.of("copy_rows", 256, Map.of(), 1, 16);

  private RowCopies() {}

  static Collection<PtxKernel> kernels() {
    return KERNEL.all();
  }

  /**
   * One side of a copy, in bytes.
   *
   * @param address of the first row
   * @param pitch from row to row
   */
  record Rows(long address, long pitch) {}

  static void launch(LaunchPlan plan, Rows x, Rows y, long rows, long rowBytes) {
    if (rows * rowBytes == 0) {
      return;
    }
    int unit = KERNEL.unit(rowBytes, x.address, y.address, rows == 1 ? 0 : x.pitch | y.pitch);
    PtxKernel kernel = KERNEL.of(unit);
    long units = rows * rowBytes / unit;
    boolean whole = rows == 1 || y.pitch == rowBytes;
    long yBytes = (rows - 1) * y.pitch + rowBytes;
    plan.launch(
        kernel,
        Extents.strided(plan, kernel, units),
        KernelArgument.read(x.address, (rows - 1) * x.pitch + rowBytes),
        // Between the rows of a wider output lies what other launches wrote or will write.
        whole
            ? KernelArgument.write(y.address, yBytes)
            : KernelArgument.readWrite(y.address, yBytes),
        Extents.count("units", units),
        Extents.count("units of a row", rowBytes / unit),
        Extents.count("pitch", rows == 1 ? 0 : x.pitch / unit),
        Extents.count("pitch", rows == 1 ? 0 : y.pitch / unit));
  }
}
