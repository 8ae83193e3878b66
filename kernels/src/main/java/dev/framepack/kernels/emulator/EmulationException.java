package dev.framepack.kernels.emulator;

import dev.framepack.kernels.gpu.device.DeviceException;

/**
 * A kernel that did what it must not, or text the emulator does not know. The message says kernel,
 * line and its text, block, warp, lane, address, what was expected and found, and the remedy.
 */
public final class EmulationException extends DeviceException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Kind {
    /** Text that is no PTX. */
    SYNTAX,
    /** An instruction, modifier or type that the emulator does not know, or the target lacks. */
    UNKNOWN_INSTRUCTION,
    /** A launch that does not fit the kernel or the device. */
    LAUNCH,
    UNINITIALISED_REGISTER,
    UNINITIALISED_MEMORY,
    /** An address outside every operand, buffer or window. */
    OUT_OF_RANGE,
    MISALIGNED,
    /** A write to a READ operand. */
    ACCESS_RIGHT,
    /** A WRITE operand with bytes nobody wrote. */
    UNWRITTEN_OUTPUT,
    /** Two warps or blocks touch one address without order. */
    RACE,
    /** Lanes of one warp write different values to one address. */
    LANE_CONFLICT,
    /** Lanes missing from an instruction that needs them all. */
    DIVERGENCE,
    /** A barrier used against its rules. */
    BARRIER,
    DEADLOCK,
    /** An asynchronous operation used against its rules. */
    ASYNC,
    /** The kernel executed {@code trap}. */
    TRAP,
    /** More instructions than the options allow. */
    RUNAWAY
  }

  private final Kind kind;

  public EmulationException(Kind kind, String message) {
    super(message, false);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
