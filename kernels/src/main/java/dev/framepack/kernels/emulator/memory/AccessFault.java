package dev.framepack.kernels.emulator.memory;

import dev.framepack.kernels.emulator.EmulationException;

/** A forbidden access, before it is known which instruction made it. */
public final class AccessFault extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final EmulationException.Kind kind;
  private int lane = -1;

  public AccessFault(EmulationException.Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  public EmulationException.Kind kind() {
    return kind;
  }

  /** The lane, or -1 when it is not known. */
  public int lane() {
    return lane;
  }

  public AccessFault inLane(int which) {
    lane = which;
    return this;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
