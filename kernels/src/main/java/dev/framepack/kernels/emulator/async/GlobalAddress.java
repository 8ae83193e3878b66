package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.exec.Decoder;
import dev.framepack.kernels.emulator.exec.Form;
import dev.framepack.kernels.emulator.exec.Slot;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxType;

/**
 * An address operand {@code [base + offset]} of 64 bits.
 *
 * @param base register that holds it
 * @param offset bytes added
 */
record GlobalAddress(Slot base, long offset) {

  static GlobalAddress decode(Form form, Decoder decoder, PtxOperand operand) {
    if (operand instanceof PtxOperand.Address address) {
      return new GlobalAddress(decoder.source(form, address.base(), PtxType.U64), address.offset());
    }
    throw form.unknown("expected an address in brackets");
  }

  long of(Warp warp, int lane) {
    return warp.q[base.base() + lane] + offset;
  }
}
