package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.memory.AccessFault;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxRegister;
import dev.framepack.kernels.emulator.parse.PtxType;

/**
 * {@code [base+offset]}: the base is a register of 32 or 64 bits, or a constant.
 *
 * @param base a register, or a 64-bit constant
 */
public record AddressOperand(Slot base, long offset) {

  /** Decodes an operand in brackets. */
  public static AddressOperand of(Form form, Decoder decoder, PtxOperand operand) {
    if (!(operand instanceof PtxOperand.Address(PtxOperand inner, long offset, var extra))) {
      throw form.unknown("expected an address in brackets");
    }
    return switch (inner) {
      case PtxOperand.Register(PtxRegister register) -> {
        if (register.type().bits() < 32 || register.type().isFloat()) {
          throw form.unknown(
              "register %s is %s, no address".formatted(register.name(), register.type()));
        }
        yield new AddressOperand(decoder.register(register), offset);
      }
      case PtxOperand.Symbol symbol ->
          new AddressOperand(
              decoder.constant(PtxType.U64, decoder.addressOf(symbol.variable()) + symbol.offset()),
              offset);
      case PtxOperand.IntegerLiteral(long value) ->
          new AddressOperand(decoder.constant(PtxType.U64, value), offset);
      default -> throw form.unknown("expected a register or variable as address");
    };
  }

  /** The address of one lane. */
  public long of(Warp warp, int lane) {
    return base.isWide()
        ? warp.q[base.base() + lane] + offset
        : (warp.r[base.base() + lane] + (int) offset) & 0xffffffffL;
  }

  /** Throws unless the lanes hold addresses. */
  public void requireInit(Warp warp, int mask) {
    warp.requireInit(mask, base.id());
  }

  /** Checks natural alignment. */
  static void requireAligned(long address, int bytes, int lane) {
    if ((address & (bytes - 1)) != 0) {
      throw new AccessFault(
              EmulationException.Kind.MISALIGNED,
              "address 0x%x is no multiple of %s".formatted(address, bytes))
          .inLane(lane);
    }
  }
}
