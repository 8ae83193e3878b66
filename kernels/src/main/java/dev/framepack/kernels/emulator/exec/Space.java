package dev.framepack.kernels.emulator.exec;

/** State space a memory instruction names; generic ones are found out by address. */
public enum Space {
  GENERIC,
  GLOBAL,
  SHARED,
  LOCAL,
  PARAM
}
