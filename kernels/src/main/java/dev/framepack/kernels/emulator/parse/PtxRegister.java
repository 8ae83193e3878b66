package dev.framepack.kernels.emulator.parse;

/**
 * A declared register.
 *
 * @param index position among all registers of the entry, unique also across scopes
 */
public record PtxRegister(String name, PtxType type, int index) {}
