package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulatorOptions;
import dev.framepack.kernels.emulator.parse.PtxEntry;
import dev.framepack.kernels.emulator.parse.PtxModule;
import java.util.Map;

/**
 * A decoded entry.
 *
 * @param code instructions in order, closed by a return
 * @param specials slots of the special registers it names
 * @param globalAtomics blocks may talk to each other through global memory
 * @param partialOrder some warps of a block meet without the others
 * @param sharedGranule bytes of its narrowest store to shared memory, at most 16
 * @param globalGranule bytes of its narrowest store to global memory, at most 4
 */
public record Program(
    PtxModule module,
    PtxEntry entry,
    Instruction[] code,
    SlotTable slots,
    Map<String, Slot> specials,
    boolean globalAtomics,
    boolean partialOrder,
    int sharedGranule,
    int globalGranule) {

  /** Decodes an entry for a device. */
  public static Program of(PtxModule module, PtxEntry entry, EmulatorOptions options) {
    return Decoder.decode(module, entry, options);
  }

  /** Where {@code .extern .shared} memory begins: after the static, 128-byte aligned. */
  public static int dynamicSharedOffset(PtxEntry entry) {
    return Math.ceilDiv(entry.staticSharedBytes(), 128) * 128;
  }
}
