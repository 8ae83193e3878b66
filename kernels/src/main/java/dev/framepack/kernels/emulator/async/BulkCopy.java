package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.exec.AddressOperand;
import dev.framepack.kernels.emulator.exec.Cta;
import dev.framepack.kernels.emulator.exec.Decoder;
import dev.framepack.kernels.emulator.exec.Form;
import dev.framepack.kernels.emulator.exec.Instruction;
import dev.framepack.kernels.emulator.exec.Slot;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.matrix.Swizzle;
import dev.framepack.kernels.emulator.memory.AccessFault;
import dev.framepack.kernels.emulator.memory.OperandRange;
import dev.framepack.kernels.emulator.memory.SharedMemory;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code cp.async.bulk} and {@code cp.async.bulk.tensor} of the asynchronous proxy: loads that
 * report to an mbarrier, stores in groups. Tensor copies are of tile mode. Source: PTX ISA 8.0,
 * "cp.async.bulk", "cp.async.bulk.tensor".
 */
final class BulkCopy extends Instruction {
  private static final int TENSOR_ALIGNMENT = 128;
  private static final int PLAIN_ALIGNMENT = 16;

  /** Where a copy's bytes lie: the boxes' rows, or one row of plain bytes. */
  private record Plan(@Nullable TensorBox box, int[] coordinates, long address, int bytes) {
    void rows(TensorBox.Row row) {
      if (box == null) {
        row.at(address, 0, 0, bytes);
      } else {
        box.rows(coordinates, row);
      }
    }

    Swizzle swizzle() {
      return box == null ? Swizzle.NONE : box.swizzle();
    }
  }

  private final boolean load;
  private final AddressOperand shared;
  private final AddressOperand global;
  private final Slot @Nullable [] coordinates;
  private final @Nullable Slot size;
  private final @Nullable AddressOperand mbarrier;
  private final @Nullable Slot multicast;

  private BulkCopy(
      boolean load,
      AddressOperand shared,
      AddressOperand global,
      Slot @Nullable [] coordinates,
      @Nullable Slot size,
      @Nullable AddressOperand mbarrier,
      @Nullable Slot multicast) {
    this.load = load;
    this.shared = shared;
    this.global = global;
    this.coordinates = coordinates;
    this.size = size;
    this.mbarrier = mbarrier;
    this.multicast = multicast;
  }

  /** Decodes what follows {@code cp.async.bulk}. */
  static Instruction decode(Form form, Decoder decoder) {
    String dimensions = form.take("tensor") ? form.takeOneOf("1d", "2d", "3d", "4d", "5d") : null;
    boolean load = form.take("shared::cluster");
    form.takeOneOf("global");
    if (!load) {
      form.takeOneOf("shared::cta");
    }
    form.take("tile");
    form.takeOneOf(load ? "mbarrier::complete_tx::bytes" : "bulk_group");
    boolean many = load && form.take("multicast::cluster");
    form.take("L2::cache_hint");
    PtxOperand sharedOperand = form.operand(load ? 0 : 1);
    PtxOperand globalOperand = form.operand(load ? 1 : 0);
    int at = 2;
    Slot size = null;
    if (dimensions == null) {
      size = decoder.source(form, form.operand(at++), PtxType.U32);
    }
    AddressOperand mbarrier = load ? AddressOperand.of(form, decoder, form.operand(at++)) : null;
    Slot mask = many ? decoder.source(form, form.operand(at++), PtxType.U16) : null;
    form.expectOperands(at, at + 1);
    return new BulkCopy(
        load,
        AddressOperand.of(form, decoder, sharedOperand),
        AddressOperand.of(form, decoder, globalOperand),
        dimensions == null ? null : coordinates(form, decoder, globalOperand, dimensions),
        size,
        mbarrier,
        mask);
  }

  private static Slot[] coordinates(
      Form form, Decoder decoder, PtxOperand operand, String dimensions) {
    int rank = dimensions.charAt(0) - '0';
    List<PtxOperand> found =
        operand instanceof PtxOperand.Address address && address.extra().size() == 1
            ? decoder.elements(address.extra().get(0))
            : List.of();
    if (found.size() != rank) {
      throw form.unknown("expected " + rank + " coordinates, found " + found.size());
    }
    Slot[] slots = new Slot[rank];
    for (int d = 0; d < rank; d++) {
      slots[d] = decoder.source(form, found.get(d), PtxType.S32);
    }
    return slots;
  }

  @Override
  public void execute(Warp warp, int mask) {
    shared.requireInit(warp, mask);
    global.requireInit(warp, mask);
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int lane = Integer.numberOfTrailingZeros(rest);
      Plan plan = plan(warp, lane);
      try {
        if (load) {
          load(warp, lane, plan);
        } else {
          store(warp, lane, plan);
        }
      } catch (AccessFault fault) {
        throw fault.inLane(lane);
      }
    }
  }

  private Plan plan(Warp warp, int lane) {
    Slot bytes = size;
    if (bytes != null) {
      warp.requireInit(1 << lane, bytes.id());
      int count = warp.r[bytes.base() + lane];
      long address = global.of(warp, lane);
      if (count <= 0 || count % PLAIN_ALIGNMENT != 0 || address % PLAIN_ALIGNMENT != 0) {
        throw warp.fault(
            EmulationException.Kind.MISALIGNED,
            lane,
            "%s bytes at global 0x%x; expected multiples of 16".formatted(count, address));
      }
      return new Plan(null, new int[0], address, count);
    }
    Slot[] slots = coordinates == null ? new Slot[0] : coordinates;
    TensorBox box = TensorMaps.box(warp, lane, global.of(warp, lane), slots.length);
    int[] position = new int[slots.length];
    for (int d = 0; d < position.length; d++) {
      warp.requireInit(1 << lane, slots[d].id());
      position[d] = warp.r[slots[d].base() + lane];
    }
    return new Plan(box, position, 0, box.byteSize());
  }

  private ClusterAddress place(Warp warp, int lane, Plan plan) {
    int alignment = plan.box == null ? PLAIN_ALIGNMENT : TENSOR_ALIGNMENT;
    return ClusterAddress.of(warp, lane, shared.of(warp, lane), plan.bytes, alignment);
  }

  private void load(Warp warp, int lane, Plan plan) {
    if (mbarrier == null) {
      throw new IllegalStateException("a load without mbarrier");
    }
    ClusterAddress target = place(warp, lane, plan);
    ClusterAddress barrier = MbarrierFamily.locate(warp, lane, mbarrier);
    List<Cta> targets = targets(warp, lane, target.cta());
    int block = (int) warp.cta.linearIndex();
    plan.rows((address, offset, skipped, bytes) -> {
      if (bytes > 0) {
        OperandRange range = warp.cta.operands().find(index(), address, bytes);
        range.read(range.offset(address), bytes, block);
      }
    });
    for (Cta cta : targets) {
      AsyncState state = AsyncState.of(cta);
      state.announced(barrier.offset());
      state.beginWrite(warp, target.offset(), plan.bytes);
    }
    int[] snapshot = warp.cta.clocks().release(warp.index);
    AsyncState.of(warp)
        .issue(
            new AsyncState.Load(
                line(),
                () -> {
                  for (Cta cta : targets) {
                    arrive(warp, cta, plan, target.offset());
                    Mbarrier reported = AsyncState.of(cta).mbarrier(barrier.offset());
                    if (cta == warp.cta) {
                      reported.join(snapshot);
                    }
                    reported.completeBytes(plan.bytes);
                  }
                }));
  }

  private List<Cta> targets(Warp warp, int lane, Cta single) {
    Slot mask = multicast;
    if (mask == null) {
      return List.of(single);
    }
    warp.requireInit(1 << lane, mask.id());
    int ranks = warp.r[mask.base() + lane] & 0xffff;
    Cta[] cluster = warp.cta.cluster();
    List<Cta> targets = new ArrayList<>();
    for (int rank = 0; rank < 16; rank++) {
      if ((ranks >>> rank & 1) != 0) {
        if (rank >= cluster.length) {
          throw warp.fault(
              EmulationException.Kind.ASYNC,
              lane,
              "multicast mask 0x%x; the cluster has %s blocks".formatted(ranks, cluster.length));
        }
        targets.add(cluster[rank]);
      }
    }
    return targets;
  }

  private void arrive(Warp warp, Cta cta, Plan plan, int base) {
    AsyncState state = AsyncState.of(cta);
    state.endWrite(base, plan.bytes);
    byte[] to = cta.shared().data();
    Arrays.fill(to, base, base + plan.bytes, (byte) 0);
    plan.rows((address, offset, skipped, bytes) -> {
      if (bytes == 0) {
        return;
      }
      OperandRange range = warp.cta.operands().find(index(), address, bytes);
      int from = range.offset(address);
      int run;
      for (int i = 0; i < bytes; i += run) {
        int at = base + offset + skipped + i;
        run = Math.min(16 - (at & 15), bytes - i);
        System.arraycopy(range.data, from + i, to, swizzled(plan, at), run);
      }
    });
    cta.shared().define(base, plan.bytes);
    state.fences().markAsynchronous(base, plan.bytes);
  }

  /** Offset in shared memory of a byte; the pattern follows the shared address. */
  private static int swizzled(Plan plan, int offset) {
    return plan.swizzle().apply(offset + Cta.SHARED_BASE) - Cta.SHARED_BASE;
  }

  private void store(Warp warp, int lane, Plan plan) {
    ClusterAddress source = place(warp, lane, plan);
    int block = (int) warp.cta.linearIndex();
    AsyncState state = AsyncState.of(warp);
    state
        .stores(warp)
        .issue(
            line(),
            lane,
            () -> {
              SharedMemory memory = warp.cta.shared();
              plan.rows((address, offset, skipped, bytes) -> {
                if (bytes == 0) {
                  return;
                }
                OperandRange range = warp.cta.operands().find(index(), address, bytes);
                int to = range.offset(address);
                range.write(to, bytes, block);
                int run;
                for (int i = 0; i < bytes; i += run) {
                  int at = source.offset() + offset + skipped + i;
                  run = Math.min(16 - (at & 15), bytes - i);
                  int from = swizzled(plan, at);
                  memory.read(warp.index, from, run);
                  state.fences().read(from, run);
                  System.arraycopy(memory.data(), from, range.data, to + i, run);
                }
              });
            });
  }
}
