package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxRegister;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** setp, set, selp. */
final class SelectFamily implements InstructionFamily {
  private static final String[] COMPARISONS = {
    "eq", "ne", "lt", "le", "gt", "ge", "lo", "ls", "hi", "hs", "equ", "neu", "ltu", "leu", "gtu",
    "geu", "num", "nan"
  };

  @Override
  public Set<String> opcodes() {
    return Set.of("setp", "set", "selp", "testp");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    return switch (form.opcode()) {
      case "setp" -> setp(form, decoder);
      case "set" -> set(form, decoder);
      case "testp" -> testp(form, decoder);
      default -> {
        PtxType type = form.takeType();
        form.expectOperands(4, 4);
        yield new Select(
            decoder.destination(form, form.operand(0), type),
            decoder.source(form, form.operand(1), type),
            decoder.source(form, form.operand(2), type),
            decoder.source(form, form.operand(3), PtxType.PRED));
      }
    };
  }

  private static Instruction setp(Form form, Decoder decoder) {
    String name = form.takeOneOf(COMPARISONS);
    String combine = form.takeAny("and", "or", "xor");
    boolean flush = form.take("ftz");
    PtxType type = form.takeType();
    Comparison comparison = Comparison.of(form, name, type);
    if (flush && type == PtxType.F32) {
      comparison = Comparison.flushing(comparison);
    }
    form.expectOperands(combine == null ? 3 : 4, combine == null ? 3 : 4);
    PtxOperand target = form.operand(0);
    Slot second = null;
    if (target instanceof PtxOperand.Pair(PtxOperand first, PtxOperand other)) {
      target = first;
      second =
          other instanceof PtxOperand.Sink ? null : decoder.destination(form, other, PtxType.PRED);
    }
    Slot extra = null;
    boolean negated = false;
    if (combine != null) {
      if (form.operand(3) instanceof PtxOperand.NotPredicate(PtxRegister register)) {
        negated = true;
        extra = decoder.register(register);
      } else {
        extra = decoder.source(form, form.operand(3), PtxType.PRED);
      }
    }
    return new SetPredicate(
        comparison,
        decoder.destination(form, target, PtxType.PRED),
        second,
        decoder.source(form, form.operand(1), type),
        decoder.source(form, form.operand(2), type),
        combine == null ? "" : combine,
        extra,
        negated);
  }

  private static Instruction testp(Form form, Decoder decoder) {
    String what =
        form.takeOneOf("finite", "infinite", "number", "notanumber", "normal", "subnormal");
    PtxType type = form.takeType();
    if (type != PtxType.F32) {
      throw form.unknown("testp is f32 only here");
    }
    Comparison test =
        (r, q, a, b) -> {
          int m = 0;
          for (int l = 0; l < 32; l++) {
            int bits = r[a + l] & 0x7fffffff;
            boolean is =
                switch (what) {
                  case "finite" -> bits < 0x7f800000;
                  case "infinite" -> bits == 0x7f800000;
                  case "number" -> bits <= 0x7f800000;
                  case "notanumber" -> bits > 0x7f800000;
                  case "normal" -> bits >= 0x00800000 && bits < 0x7f800000;
                  default -> bits > 0 && bits < 0x00800000;
                };
            m |= (is ? 1 : 0) << l;
          }
          return m;
        };
    form.expectOperands(2, 2);
    Slot source = decoder.source(form, form.operand(1), type);
    return new SetPredicate(
        test,
        decoder.destination(form, form.operand(0), PtxType.PRED),
        null,
        source,
        source,
        "",
        null,
        false);
  }

  private static Instruction set(Form form, Decoder decoder) {
    Comparison comparison;
    String name = form.takeOneOf(COMPARISONS);
    boolean flush = form.take("ftz");
    PtxType result = form.takeType();
    PtxType type = form.takeType();
    comparison = Comparison.of(form, name, type);
    Comparison used = flush && type == PtxType.F32 ? Comparison.flushing(comparison) : comparison;
    if (result.bits() != 32) {
      throw form.unknown("set gives 32 bits only here");
    }
    int yes = result == PtxType.F32 ? 0x3f800000 : -1;
    return new Compute(
        (r, q, d, a, b, c) -> {
          int m = used.run(r, q, a, b);
          for (int l = 0; l < 32; l++) {
            r[d + l] = (m >>> l & 1) != 0 ? yes : 0;
          }
        },
        decoder.destination(form, form.operand(0), result),
        ArithmeticFamily.sources(form, decoder, type, 2));
  }

  private static final class SetPredicate extends Instruction {
    private final Comparison comparison;
    private final Slot destination;
    private final @Nullable Slot second;
    private final Slot a;
    private final Slot b;
    private final String combine;
    private final @Nullable Slot extra;
    private final boolean negated;

    SetPredicate(
        Comparison comparison,
        Slot destination,
        @Nullable Slot second,
        Slot a,
        Slot b,
        String combine,
        @Nullable Slot extra,
        boolean negated) {
      this.comparison = comparison;
      this.destination = destination;
      this.second = second;
      this.a = a;
      this.b = b;
      this.combine = combine;
      this.extra = extra;
      this.negated = negated;
    }

    @Override
    public void execute(Warp warp, int mask) {
      warp.requireInit(mask, a.id());
      warp.requireInit(mask, b.id());
      int yes = comparison.run(warp.r, warp.q, a.base(), b.base());
      int no = ~yes;
      if (extra != null) {
        warp.requireInit(mask, extra.id());
        int c = negated ? ~warp.p[extra.base()] : warp.p[extra.base()];
        yes = combined(yes, c);
        no = combined(no, c);
      }
      warp.setPredicate(destination, mask, yes);
      if (second != null) {
        warp.setPredicate(second, mask, no);
      }
    }

    private int combined(int value, int other) {
      return switch (combine) {
        case "and" -> value & other;
        case "or" -> value | other;
        default -> value ^ other;
      };
    }
  }

  private static final class Select extends Instruction {
    private final Slot destination;
    private final Slot a;
    private final Slot b;
    private final Slot predicate;

    Select(Slot destination, Slot a, Slot b, Slot predicate) {
      this.destination = destination;
      this.a = a;
      this.b = b;
      this.predicate = predicate;
    }

    @Override
    public void execute(Warp warp, int mask) {
      warp.requireInit(mask, predicate.id());
      int p = warp.p[predicate.base()];
      // Only the chosen source must hold a value.
      warp.requireInit(mask & p, a.id());
      warp.requireInit(mask & ~p, b.id());
      if (destination.isWide()) {
        long[] q = warp.q;
        for (int l = 0; l < 32; l++) {
          q[l] = (p >>> l & 1) != 0 ? q[a.base() + l] : q[b.base() + l];
        }
        Lanes.take(q, destination.base(), mask);
      } else {
        int[] r = warp.r;
        int x = a.base();
        int y = b.base();
        for (int l = 0; l < 32; l++) {
          r[l] = (p >>> l & 1) != 0 ? r[x + l] : r[y + l];
        }
        if (mask == -1) {
          System.arraycopy(r, 0, r, destination.base(), 32);
        } else {
          Lanes.take(r, destination.base(), mask);
        }
      }
      warp.define(destination, mask);
    }
  }
}
