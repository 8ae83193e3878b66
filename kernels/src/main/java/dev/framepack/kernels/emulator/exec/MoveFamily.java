package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.memory.AddressWindow;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxType;
import dev.framepack.kernels.emulator.parse.PtxVariable;
import java.util.List;
import java.util.Set;

/** mov with packing and unpacking, cvta. */
final class MoveFamily implements InstructionFamily {
  @Override
  public Set<String> opcodes() {
    return Set.of("mov", "cvta");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    return switch (form.opcode()) {
      case "mov" -> mov(form, decoder);
      case "cvta" -> cvta(form, decoder);
      default -> throw form.unknown("not supported");
    };
  }

  private static Instruction mov(Form form, Decoder decoder) {
    PtxType type = form.takeType();
    form.expectOperands(2, 2);
    PtxOperand to = form.operand(0);
    PtxOperand from = form.operand(1);
    if (to instanceof PtxOperand.Vector(List<PtxOperand> parts)) {
      return unpack(form, decoder, type, parts, from);
    }
    if (from instanceof PtxOperand.Vector(List<PtxOperand> parts)) {
      return pack(form, decoder, type, to, parts);
    }
    if (type == PtxType.PRED) {
      return new MovePredicate(
          decoder.destination(form, to, type), decoder.source(form, from, type));
    }
    if (from instanceof PtxOperand.Special(String name)
        && (name.startsWith("clock") || name.equals("globaltimer"))) {
      return new ReadClock(decoder.destination(form, to, type));
    }
    Slot source =
        from instanceof PtxOperand.Symbol(PtxVariable variable, long offset)
                && variable.space() != PtxVariable.Space.SHARED
                && variable.space() != PtxVariable.Space.DYNAMIC_SHARED
            ? decoder.constant(type, decoder.addressOf(variable) + offset)
            : decoder.source(form, from, type);
    return new Compute(
        type.bits() == 64 ? IntegerKernels.COPY64 : IntegerKernels.COPY,
        decoder.destination(form, to, type),
        source);
  }

  private static PtxType part(Form form, PtxType whole, int parts) {
    return switch (whole.bits() / parts) {
      case 16 -> PtxType.B16;
      case 32 -> PtxType.B32;
      default -> throw form.unknown("expected parts of 16 or 32 bits");
    };
  }

  private static Instruction unpack(
      Form form, Decoder decoder, PtxType type, List<PtxOperand> parts, PtxOperand from) {
    PtxType part = part(form, type, parts.size());
    Slot[] to = new Slot[parts.size()];
    for (int i = 0; i < to.length; i++) {
      to[i] = decoder.destination(form, parts.get(i), part);
    }
    return new Unpack(to, decoder.source(form, from, type), part.bits());
  }

  private static Instruction pack(
      Form form, Decoder decoder, PtxType type, PtxOperand to, List<PtxOperand> parts) {
    PtxType part = part(form, type, parts.size());
    Slot[] from = new Slot[parts.size()];
    for (int i = 0; i < from.length; i++) {
      from[i] = decoder.source(form, parts.get(i), part);
    }
    return new Pack(decoder.destination(form, to, type), from, part.bits());
  }

  private static Instruction cvta(Form form, Decoder decoder) {
    boolean toSpace = form.take("to");
    String space = form.takeOneOf("global", "shared", "local", "param", "const");
    if (form.take("shared::cta")) {
      throw form.unknown("write .shared");
    }
    PtxType type = form.takeType();
    form.expectOperands(2, 2);
    long window =
        switch (space) {
          case "shared" -> AddressWindow.SHARED;
          case "local" -> AddressWindow.LOCAL;
          case "param" -> AddressWindow.PARAM;
          default -> 0;
        };
    if (type.bits() == 32 && window != 0) {
      throw form.unknown("generic addresses have 64 bits");
    }
    long delta = toSpace ? -window : window;
    PtxOperand operand = form.operand(1);
    Slot source =
        operand instanceof PtxOperand.Symbol(PtxVariable variable, long offset)
            ? decoder.constant(type, decoder.addressOf(variable) + offset)
            : decoder.source(form, operand, type);
    Slot destination = decoder.destination(form, form.operand(0), type);
    return new Compute(
        type.bits() == 32
            ? IntegerKernels.COPY
            : (r, q, d, a, b, c) -> {
              for (int l = 0; l < 32; l++) {
                q[d + l] = q[a + l] + delta;
              }
            },
        destination,
        source);
  }

  private static final class MovePredicate extends Instruction {
    private final Slot to;
    private final Slot from;

    MovePredicate(Slot to, Slot from) {
      this.to = to;
      this.from = from;
    }

    @Override
    public void execute(Warp warp, int mask) {
      warp.requireInit(mask, from.id());
      warp.setPredicate(to, mask, warp.p[from.base()]);
    }
  }

  /** Clocks advance, and mean nothing. */
  private static final class ReadClock extends Instruction {
    private final Slot to;

    ReadClock(Slot to) {
      this.to = to;
    }

    @Override
    public void execute(Warp warp, int mask) {
      long now = System.nanoTime();
      for (int l = 0; l < 32; l++) {
        if ((mask >>> l & 1) == 0) {
          continue;
        }
        if (to.isWide()) {
          warp.q[to.base() + l] = now;
        } else {
          warp.r[to.base() + l] = (int) now;
        }
      }
      warp.define(to, mask);
    }
  }

  private static long get(Warp warp, Slot slot, int lane) {
    return slot.isWide() ? warp.q[slot.base() + lane] : warp.r[slot.base() + lane] & 0xffffffffL;
  }

  private static void put(Warp warp, Slot slot, int lane, long value) {
    if (slot.isWide()) {
      warp.q[slot.base() + lane] = value;
    } else {
      warp.r[slot.base() + lane] = (int) value;
    }
  }

  private static final class Unpack extends Instruction {
    private final Slot[] to;
    private final Slot from;
    private final int bits;

    Unpack(Slot[] to, Slot from, int bits) {
      this.to = to;
      this.from = from;
      this.bits = bits;
    }

    @Override
    public void execute(Warp warp, int mask) {
      warp.requireInit(mask, from.id());
      long cut = bits == 16 ? 0xffffL : 0xffffffffL;
      for (int rest = mask; rest != 0; rest &= rest - 1) {
        int l = Integer.numberOfTrailingZeros(rest);
        long value = get(warp, from, l);
        for (int i = 0; i < to.length; i++) {
          put(warp, to[i], l, value >>> bits * i & cut);
        }
      }
      for (Slot slot : to) {
        warp.define(slot, mask);
      }
    }
  }

  private static final class Pack extends Instruction {
    private final Slot to;
    private final Slot[] from;
    private final int bits;

    Pack(Slot to, Slot[] from, int bits) {
      this.to = to;
      this.from = from;
      this.bits = bits;
    }

    @Override
    public void execute(Warp warp, int mask) {
      for (Slot slot : from) {
        warp.requireInit(mask, slot.id());
      }
      long cut = bits == 16 ? 0xffffL : 0xffffffffL;
      for (int rest = mask; rest != 0; rest &= rest - 1) {
        int l = Integer.numberOfTrailingZeros(rest);
        long value = 0;
        for (int i = 0; i < from.length; i++) {
          value |= (get(warp, from[i], l) & cut) << bits * i;
        }
        put(warp, to, l, value);
      }
      warp.define(to, mask);
    }
  }
}
