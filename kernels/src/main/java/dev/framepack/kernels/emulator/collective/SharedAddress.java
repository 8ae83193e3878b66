package dev.framepack.kernels.emulator.collective;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.exec.Cta;
import dev.framepack.kernels.emulator.exec.Decoder;
import dev.framepack.kernels.emulator.exec.Form;
import dev.framepack.kernels.emulator.exec.Slot;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxType;

/** An address operand {@code [base + offset]} in the shared window. */
public final class SharedAddress {
  private final Slot base;
  private final long offset;

  private SharedAddress(Slot base, long offset) {
    this.base = base;
    this.offset = offset;
  }

  /** Decodes the operand; the register may have 32 or 64 bits. */
  public static SharedAddress decode(Form form, Decoder decoder, PtxOperand operand) {
    if (!(operand instanceof PtxOperand.Address address)) {
      throw form.unknown("expected an address in brackets");
    }
    PtxType type =
        address.base() instanceof PtxOperand.Register(var register) && register.type().bits() == 64
            ? PtxType.U64
            : PtxType.U32;
    return new SharedAddress(decoder.source(form, address.base(), type), address.offset());
  }

  /** Throws unless the lanes hold an address. */
  public void requireInit(Warp warp, int lanes) {
    warp.requireInit(lanes, base.id());
  }

  /** The address of a lane as the kernel sees it. */
  public long of(Warp warp, int lane) {
    long start =
        base.file() == Slot.File.BITS64
            ? warp.q[base.base() + lane]
            : Integer.toUnsignedLong(warp.r[base.base() + lane]);
    return start + offset;
  }

  /**
   * Offset in the block's shared memory of a lane's address, aligned to {@code alignment} bytes.
   * The bounds are judged where the memory is touched.
   */
  public int offset(Warp warp, int lane, int alignment) {
    long address = of(warp, lane);
    if ((address & alignment - 1) != 0) {
      throw warp.fault(
          EmulationException.Kind.MISALIGNED,
          lane,
          "shared address 0x%x; expected a multiple of %s".formatted(address, alignment));
    }
    long from = address - Cta.SHARED_BASE;
    if (from < 0 || from >= warp.cta.shared().byteSize()) {
      throw warp.fault(
          EmulationException.Kind.OUT_OF_RANGE,
          lane,
          "shared address 0x%x; the block has shared bytes 0x%x to 0x%x"
              .formatted(
                  address, Cta.SHARED_BASE, Cta.SHARED_BASE + warp.cta.shared().byteSize() - 1));
    }
    return (int) from;
  }
}
