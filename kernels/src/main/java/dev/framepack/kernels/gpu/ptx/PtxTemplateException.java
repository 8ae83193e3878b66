package dev.framepack.kernels.gpu.ptx;

import dev.framepack.kernels.KernelException;

/** A kernel template that cannot be expanded: file, line, what. */
public final class PtxTemplateException extends KernelException {
  private static final long serialVersionUID = 1L;

  PtxTemplateException(SourceLine where, String what) {
    super("ptx/%s: %s".formatted(where, what));
  }
}
