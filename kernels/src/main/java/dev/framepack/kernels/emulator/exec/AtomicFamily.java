package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.memory.Bytes;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** atom and red on 32 and 64 bits; lanes take their turn in order. */
final class AtomicFamily implements InstructionFamily {
  private interface Operation {
    long of(long old, long b, long c);
  }

  @Override
  public Set<String> opcodes() {
    return Set.of("atom", "red");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    boolean returns = form.opcode().equals("atom");
    form.takeAny("relaxed", "acquire", "release", "acq_rel");
    form.takeAny("cta", "cluster", "gpu", "sys");
    Space space = MemoryFamily.space(form);
    form.take("L2::cache_hint");
    form.take("noftz");
    String name =
        form.takeOneOf("add", "min", "max", "exch", "cas", "and", "or", "xor", "inc", "dec");
    PtxType type = form.takeType();
    if (type.bits() < 32) {
      throw form.unknown("expected 32 or 64 bits");
    }
    Operation operation = operation(form, name, type);
    int at = returns ? 1 : 0;
    int sources = name.equals("cas") ? 2 : 1;
    form.expectOperands(at + 1 + sources, at + 1 + sources);
    if (space != Space.SHARED) {
      decoder.usesGlobalAtomics();
    }
    return new Atomic(
        space,
        AddressOperand.of(form, decoder, form.operand(at)),
        type,
        operation,
        returns ? decoder.destination(form, form.operand(0), type) : null,
        decoder.source(form, form.operand(at + 1), type),
        sources == 2 ? decoder.source(form, form.operand(at + 2), type) : null);
  }

  private static Operation operation(Form form, String name, PtxType type) {
    boolean logic =
        switch (name) {
          case "and", "or", "xor", "exch", "cas" -> true;
          default -> false;
        };
    if (logic != (type.kind() == PtxType.Kind.BITS)) {
      throw form.unknown("." + name + " does not take " + type);
    }
    if (type == PtxType.F32 && name.equals("add")) {
      return (old, b, c) ->
          Float.floatToRawIntBits(Float.intBitsToFloat((int) old) + Float.intBitsToFloat((int) b));
    }
    if (type == PtxType.F64 && name.equals("add")) {
      return (old, b, c) ->
          Double.doubleToRawLongBits(Double.longBitsToDouble(old) + Double.longBitsToDouble(b));
    }
    if (type.isFloat()) {
      throw form.unknown("floats only add");
    }
    // 32-bit values arrive extended as their type says, so that one comparison serves both.
    boolean signed = type.isSigned();
    return switch (name) {
      case "add" -> (old, b, c) -> old + b;
      case "min" -> signed ? (old, b, c) -> Math.min(old, b) : (old, b, c) -> least(old, b);
      case "max" ->
          signed ? (old, b, c) -> Math.max(old, b) : (old, b, c) -> least(old, b) == old ? b : old;
      case "and" -> (old, b, c) -> old & b;
      case "or" -> (old, b, c) -> old | b;
      case "xor" -> (old, b, c) -> old ^ b;
      case "exch" -> (old, b, c) -> b;
      case "cas" -> (old, b, c) -> old == b ? c : old;
      case "inc" -> (old, b, c) -> Long.compareUnsigned(old, b) >= 0 ? 0 : old + 1;
      default -> (old, b, c) -> old == 0 || Long.compareUnsigned(old, b) > 0 ? b : old - 1;
    };
  }

  private static long least(long x, long y) {
    return Long.compareUnsigned(x, y) <= 0 ? x : y;
  }

  private static final class Atomic extends MemoryAccess {
    private final PtxType type;
    private final Operation operation;
    private final @Nullable Slot result;
    private final Slot b;
    private final @Nullable Slot c;

    Atomic(
        Space space,
        AddressOperand address,
        PtxType type,
        Operation operation,
        @Nullable Slot result,
        Slot b,
        @Nullable Slot c) {
      super(space, address, type.bytes(), Kind.ATOMIC);
      this.type = type;
      this.operation = operation;
      this.result = result;
      this.b = b;
      this.c = c;
    }

    @Override
    public void execute(Warp warp, int mask) {
      warp.requireInit(mask, b.id());
      if (c != null) {
        warp.requireInit(mask, c.id());
      }
      access(warp, mask);
      if (result != null) {
        warp.define(result, mask);
      }
    }

    @Override
    void transfer(Warp warp, byte[] data, int mask, boolean disjoint) {
      for (int rest = mask; rest != 0; rest &= rest - 1) {
        int l = Integer.numberOfTrailingZeros(rest);
        int at = warp.offsets[l];
        boolean wide = type.bits() == 64;
        long old = wide ? Bytes.getLong(data, at) : extend(Bytes.getInt(data, at));
        long value = operation.of(old, value(warp, b, l), c == null ? 0 : value(warp, c, l));
        if (wide) {
          Bytes.putLong(data, at, value);
        } else {
          Bytes.putInt(data, at, (int) value);
        }
        if (result != null && wide) {
          warp.q[result.base() + l] = old;
        } else if (result != null) {
          warp.r[result.base() + l] = (int) old;
        }
      }
    }

    private long value(Warp warp, Slot slot, int lane) {
      return slot.isWide() ? warp.q[slot.base() + lane] : extend(warp.r[slot.base() + lane]);
    }

    private long extend(int bits) {
      return type.isSigned() ? bits : bits & 0xffffffffL;
    }
  }
}
