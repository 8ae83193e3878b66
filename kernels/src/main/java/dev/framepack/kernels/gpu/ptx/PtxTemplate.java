package dev.framepack.kernels.gpu.ptx;

/** The macro assembler kernels are written in. */
public final class PtxTemplate {

  /**
   * A kernel's text.
   *
   * @param text PTX
   * @param maxRegisters the budget its {@code #registers} line declares
   */
  public record Expanded(String text, int maxRegisters) {}

  private PtxTemplate() {}

  /** The PTX of a kernel. */
  public static Expanded expand(PtxKernel kernel) {
    throw new UnsupportedOperationException(kernel.name());
  }
}
