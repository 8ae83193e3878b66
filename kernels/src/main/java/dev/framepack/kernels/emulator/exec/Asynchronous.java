package dev.framepack.kernels.emulator.exec;

/** Operations of a block that go on beside its warps. */
public interface Asynchronous {

  /** No warp can go on: lets one operation take effect; false when none is under way. */
  boolean advance();

  /** All warps of the block have ended. */
  void finish();
}
