package dev.framepack.kernels.emulator.parse;

/**
 * A variable in a state space: a parameter, or shared or local memory.
 *
 * @param type element type
 * @param byteOffset offset in its space
 * @param byteSize whole size; 0 for the {@code .extern} dynamic shared array
 */
public record PtxVariable(
    String name, Space space, PtxType type, int alignment, int byteOffset, int byteSize) {

  /** State space of a variable. */
  public enum Space {
    PARAM,
    SHARED,
    /** {@code .extern .shared}: begins after the static shared memory. */
    DYNAMIC_SHARED,
    LOCAL
  }
}
