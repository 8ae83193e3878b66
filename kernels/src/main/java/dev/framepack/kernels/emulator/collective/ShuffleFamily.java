package dev.framepack.kernels.emulator.collective;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.exec.Decoder;
import dev.framepack.kernels.emulator.exec.Form;
import dev.framepack.kernels.emulator.exec.Instruction;
import dev.framepack.kernels.emulator.exec.InstructionFamily;
import dev.framepack.kernels.emulator.exec.Slot;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code shfl.sync}: each lane reads a register of another. Source: PTX ISA 8.0, "shfl.sync". */
public final class ShuffleFamily implements InstructionFamily {
  private static final int LANES = 32;

  private enum Mode {
    UP,
    DOWN,
    BFLY,
    IDX
  }

  @Override
  public Set<String> opcodes() {
    return Set.of("shfl");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    form.takeOneOf("sync");
    Mode mode =
        switch (form.takeOneOf("up", "down", "bfly", "idx")) {
          case "up" -> Mode.UP;
          case "down" -> Mode.DOWN;
          case "bfly" -> Mode.BFLY;
          default -> Mode.IDX;
        };
    form.takeOneOf("b32");
    form.expectOperands(5, 5);
    PtxOperand target = form.operand(0);
    Slot inRange = null;
    if (target instanceof PtxOperand.Pair(PtxOperand value, PtxOperand predicate)) {
      target = value;
      inRange = decoder.destination(form, predicate, PtxType.PRED);
    }
    return new Shuffle(
        mode,
        decoder.destination(form, target, PtxType.B32),
        inRange,
        decoder.source(form, form.operand(1), PtxType.B32),
        decoder.source(form, form.operand(2), PtxType.B32),
        decoder.source(form, form.operand(3), PtxType.B32),
        decoder.source(form, form.operand(4), PtxType.B32));
  }

  private static final class Shuffle extends Instruction {
    private final Mode mode;
    private final Slot target;
    private final @Nullable Slot inRange;
    private final Slot value;
    private final Slot distance;
    private final Slot clamp;
    private final Slot members;

    Shuffle(
        Mode mode,
        Slot target,
        @Nullable Slot inRange,
        Slot value,
        Slot distance,
        Slot clamp,
        Slot members) {
      this.mode = mode;
      this.target = target;
      this.inRange = inRange;
      this.value = value;
      this.distance = distance;
      this.clamp = clamp;
      this.members = members;
    }

    @Override
    public void execute(Warp warp, int mask) {
      warp.requireInit(mask, distance.id());
      warp.requireInit(mask, clamp.id());
      warp.requireInit(mask, members.id());
      Membership.require(warp, mask, members.base());
      int[] r = warp.r;
      int[] results = warp.offsets;
      int sources = 0;
      int ranged = 0;
      for (int lane = 0; lane < LANES; lane++) {
        if ((mask >>> lane & 1) == 0) {
          continue;
        }
        int source = source(lane, r[distance.base() + lane] & 31, r[clamp.base() + lane]);
        if (source >= 0) {
          ranged |= 1 << lane;
        } else {
          source = lane;
        }
        if ((mask >>> source & 1) == 0) {
          throw warp.fault(
              EmulationException.Kind.DIVERGENCE,
              lane,
              "reads lane %s, which does not take part; its value is undefined".formatted(source));
        }
        sources |= 1 << source;
        results[lane] = r[value.base() + source];
      }
      warp.requireInit(sources, value.id());
      for (int lane = 0; lane < LANES; lane++) {
        if ((mask >>> lane & 1) != 0) {
          r[target.base() + lane] = results[lane];
        }
      }
      warp.define(target, mask);
      if (inRange != null) {
        warp.p[inRange.base()] = warp.p[inRange.base()] & ~mask | ranged;
        warp.define(inRange, mask);
      }
    }

    /** The lane read, or -1 when it is out of the segment's range and the lane reads itself. */
    private int source(int lane, int b, int c) {
      int segment = c >>> 8 & 31;
      int least = lane & segment;
      int most = least | (c & 31 & ~segment);
      return switch (mode) {
        case UP -> lane - b >= most ? lane - b : -1;
        case DOWN -> lane + b <= most ? lane + b : -1;
        case BFLY -> (lane ^ b) <= most ? lane ^ b : -1;
        case IDX -> (least | (b & ~segment)) <= most ? least | (b & ~segment) : -1;
      };
    }
  }
}
