package dev.framepack.kernels.emulator.async;

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

/** {@code mapa}, {@code fence} and {@code setmaxnreg}. */
public final class ClusterFamily implements InstructionFamily {
  @Override
  public Set<String> opcodes() {
    return Set.of("mapa", "fence", "setmaxnreg");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    return switch (form.opcode()) {
      case "mapa" -> {
        form.takeOneOf("shared::cluster");
        form.takeOneOf("u32");
        form.expectOperands(3, 3);
        PtxOperand address = form.operand(1);
        yield new Map(
            decoder.destination(form, form.operand(0), PtxType.U32),
            decoder.source(form, address, PtxType.U32),
            decoder.source(form, form.operand(2), PtxType.U32));
      }
      case "fence" -> fence(form);
      default -> setmaxnreg(form, decoder);
    };
  }

  private static Instruction fence(Form form) {
    form.expectOperands(0, 0);
    if (form.take("proxy")) {
      form.takeOneOf("async");
      boolean shared = form.takeAny("shared::cta", "shared::cluster") != null;
      boolean global = form.take("global");
      return new ProxyFence(shared || !global, true);
    }
    if (form.take("mbarrier_init")) {
      form.takeOneOf("release");
      form.takeOneOf("cluster");
      return new ProxyFence(false, true);
    }
    form.takeOneOf("sc", "acq_rel");
    form.takeOneOf("cta", "cluster", "gpu", "sys");
    return new ProxyFence(false, false);
  }

  private static Instruction setmaxnreg(Form form, Decoder decoder) {
    form.takeOneOf("inc", "dec");
    form.takeOneOf("sync");
    form.takeOneOf("aligned");
    form.takeOneOf("u32");
    form.expectOperands(1, 1);
    long registers = decoder.literal(form, form.operand(0));
    if (registers < 24 || registers > 256 || registers % 8 != 0) {
      throw form.unknown(registers + " registers; expected a multiple of 8 from 24 to 256");
    }
    return new MostRegisters();
  }

  private static final class Map extends Instruction {
    private final Slot target;
    private final Slot address;
    private final Slot rank;

    Map(Slot target, Slot address, Slot rank) {
      this.target = target;
      this.address = address;
      this.rank = rank;
    }

    @Override
    public void execute(Warp warp, int mask) {
      warp.requireInit(mask, address.id());
      warp.requireInit(mask, rank.id());
      for (int rest = mask; rest != 0; rest &= rest - 1) {
        int lane = Integer.numberOfTrailingZeros(rest);
        int block = warp.r[rank.base() + lane];
        if (block < 0 || block >= warp.cta.cluster().length) {
          throw warp.fault(
              EmulationException.Kind.OUT_OF_RANGE,
              lane,
              "rank %s; the cluster has %s blocks".formatted(block, warp.cta.cluster().length));
        }
        warp.r[target.base() + lane] = ClusterAddress.map(warp.r[address.base() + lane], block);
      }
      warp.define(target, mask);
    }
  }

  /** fence.proxy.async and fence.mbarrier_init; others order what the emulator orders anyway. */
  private static final class ProxyFence extends Instruction {
    private final boolean stores;
    private final boolean mbarriers;

    /**
     * @param stores makes shared stores known to the asynchronous proxy
     * @param mbarriers makes initialised mbarriers known to it
     */
    ProxyFence(boolean stores, boolean mbarriers) {
      this.stores = stores;
      this.mbarriers = mbarriers;
    }

    @Override
    public void execute(Warp warp, int mask) {
      if (stores) {
        AsyncState.of(warp).fences().fence(warp.index);
      }
      if (mbarriers) {
        AsyncState.of(warp).announce(warp);
      }
    }
  }

  /** setmaxnreg: all lanes together; registers are not counted here. */
  private static final class MostRegisters extends Instruction {
    @Override
    public void execute(Warp warp, int mask) {
      if (mask != warp.live()) {
        throw warp.fault(
            EmulationException.Kind.DIVERGENCE,
            Integer.numberOfTrailingZeros(warp.live() & ~mask),
            "executed by lanes 0x%08x of 0x%08x; expected all".formatted(mask, warp.live()));
      }
    }
  }
}
