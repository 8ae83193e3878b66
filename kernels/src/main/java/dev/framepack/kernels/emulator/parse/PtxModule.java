package dev.framepack.kernels.emulator.parse;

import java.util.List;

/**
 * A whole text.
 *
 * @param version {@code .version} times ten: 80
 * @param target {@code .target}: sm_80, sm_90a
 */
public record PtxModule(int version, String target, List<PtxEntry> entries) {}
