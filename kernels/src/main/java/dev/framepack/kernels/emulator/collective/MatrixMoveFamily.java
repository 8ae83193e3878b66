package dev.framepack.kernels.emulator.collective;

import dev.framepack.kernels.emulator.exec.Decoder;
import dev.framepack.kernels.emulator.exec.Form;
import dev.framepack.kernels.emulator.exec.Instruction;
import dev.framepack.kernels.emulator.exec.InstructionFamily;
import dev.framepack.kernels.emulator.exec.MemoryCounters;
import dev.framepack.kernels.emulator.exec.Slot;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.matrix.MatrixMove;
import dev.framepack.kernels.emulator.memory.AccessFault;
import dev.framepack.kernels.emulator.memory.Bytes;
import dev.framepack.kernels.emulator.memory.SharedMemory;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.List;
import java.util.Set;

/**
 * {@code ldmatrix} and {@code stmatrix} of m8n8.b16: lanes 8 j .. 8 j + 7 give the addresses of the
 * 16-byte rows of matrix j. Source: PTX ISA 8.0, "ldmatrix", "stmatrix".
 */
public final class MatrixMoveFamily implements InstructionFamily {
  private static final int ROWS = 8;
  private static final int ROW_BYTES = 16;

  @Override
  public Set<String> opcodes() {
    return Set.of("ldmatrix", "stmatrix");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    boolean load = form.opcode().equals("ldmatrix");
    form.takeOneOf("sync");
    form.takeOneOf("aligned");
    form.takeOneOf("m8n8");
    int matrices =
        switch (form.takeOneOf("x1", "x2", "x4")) {
          case "x1" -> 1;
          case "x2" -> 2;
          default -> 4;
        };
    boolean transposed = form.take("trans");
    form.takeOneOf("shared", "shared::cta");
    form.takeOneOf("b16");
    form.expectOperands(2, 2);
    List<PtxOperand> registers = decoder.elements(form.operand(load ? 0 : 1));
    if (registers.size() != matrices) {
      throw form.unknown("expected " + matrices + " registers, found " + registers.size());
    }
    Slot[] slots = new Slot[matrices];
    for (int i = 0; i < matrices; i++) {
      slots[i] =
          load
              ? decoder.destination(form, registers.get(i), PtxType.B32)
              : decoder.source(form, registers.get(i), PtxType.B32);
    }
    SharedAddress address = SharedAddress.decode(form, decoder, form.operand(load ? 1 : 0));
    return load ? new Load(slots, transposed, address) : new Store(slots, transposed, address);
  }

  private static final class Load extends Instruction {
    private final Slot[] targets;
    private final boolean transposed;
    private final SharedAddress address;

    Load(Slot[] targets, boolean transposed, SharedAddress address) {
      this.targets = targets;
      this.transposed = transposed;
      this.address = address;
    }

    @Override
    public void execute(Warp warp, int mask) {
      Membership.requireAll(warp, mask);
      address.requireInit(warp, lanesOf(targets.length));
      SharedMemory shared = warp.cta.shared();
      byte[] data = shared.data();
      int[] rows = warp.offsets;
      int[] from = offsets(warp, address, targets.length);
      count(warp, from, targets.length);
      for (int matrix = 0; matrix < targets.length; matrix++) {
        for (int row = 0; row < ROWS; row++) {
          int lane = ROWS * matrix + row;
          int offset = from[lane];
          try {
            shared.read(warp.index, offset, ROW_BYTES);
          } catch (AccessFault fault) {
            throw fault.inLane(lane);
          }
          for (int word = 0; word < 4; word++) {
            rows[4 * row + word] = Bytes.getInt(data, offset + 4 * word);
          }
        }
        MatrixMove.load(rows, transposed, warp.r, targets[matrix].base());
        warp.define(targets[matrix], -1);
      }
    }
  }

  private static final class Store extends Instruction {
    private final Slot[] sources;
    private final boolean transposed;
    private final SharedAddress address;

    Store(Slot[] sources, boolean transposed, SharedAddress address) {
      this.sources = sources;
      this.transposed = transposed;
      this.address = address;
    }

    @Override
    public void execute(Warp warp, int mask) {
      Membership.requireAll(warp, mask);
      address.requireInit(warp, lanesOf(sources.length));
      SharedMemory shared = warp.cta.shared();
      byte[] data = shared.data();
      int[] rows = warp.offsets;
      int[] to = offsets(warp, address, sources.length);
      count(warp, to, sources.length);
      for (int matrix = 0; matrix < sources.length; matrix++) {
        warp.requireInit(-1, sources[matrix].id());
        MatrixMove.store(warp.r, sources[matrix].base(), transposed, rows);
        for (int row = 0; row < ROWS; row++) {
          int lane = ROWS * matrix + row;
          try {
            shared.write(warp.index, to[lane], ROW_BYTES);
          } catch (AccessFault fault) {
            throw fault.inLane(lane);
          }
          for (int word = 0; word < 4; word++) {
            Bytes.putInt(data, to[lane] + 4 * word, rows[4 * row + word]);
          }
        }
      }
    }
  }

  private static void count(Warp warp, int[] offsets, int matrices) {
    MemoryCounters counters = warp.cta.counters();
    if (counters != null) {
      counters.shared(warp.current().index(), offsets, lanesOf(matrices), ROW_BYTES);
    }
  }

  private static int lanesOf(int matrices) {
    return matrices == 4 ? -1 : (1 << ROWS * matrices) - 1;
  }

  private static int[] offsets(Warp warp, SharedAddress address, int matrices) {
    int[] offsets = new int[ROWS * matrices];
    for (int lane = 0; lane < offsets.length; lane++) {
      offsets[lane] = address.offset(warp, lane, ROW_BYTES);
    }
    return offsets;
  }
}
