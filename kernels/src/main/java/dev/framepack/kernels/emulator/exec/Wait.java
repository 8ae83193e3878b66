package dev.framepack.kernels.emulator.exec;

/** What lanes of a warp wait for. */
public interface Wait {
  boolean isOver();

  /** For the deadlock report: "bar.sync 0, 2 of 4 warps arrived". */
  String describe();
}
