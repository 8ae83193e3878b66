package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.async.ClusterFamily;
import dev.framepack.kernels.emulator.async.CopyFamily;
import dev.framepack.kernels.emulator.async.MbarrierFamily;
import dev.framepack.kernels.emulator.async.WgmmaFamily;
import dev.framepack.kernels.emulator.collective.CombineFamily;
import dev.framepack.kernels.emulator.collective.MatrixMoveFamily;
import dev.framepack.kernels.emulator.collective.MmaFamily;
import dev.framepack.kernels.emulator.collective.ShuffleFamily;
import dev.framepack.kernels.emulator.collective.VoteFamily;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every family the emulator knows. */
final class Families {
  private static final List<InstructionFamily> ALL =
      List.of(
          new ControlFamily(),
          new ArithmeticFamily(),
          new MathFamily(),
          new BitFamily(),
          new SelectFamily(),
          new MoveFamily(),
          new ConvertFamily(),
          new MemoryFamily(),
          new AtomicFamily(),
          new BarrierFamily(),
          new ShuffleFamily(),
          new VoteFamily(),
          new CombineFamily(),
          new MatrixMoveFamily(),
          new MmaFamily(),
          new CopyFamily(),
          new MbarrierFamily(),
          new WgmmaFamily(),
          new ClusterFamily());

  static final Map<String, InstructionFamily> BY_OPCODE = new HashMap<>();

  static {
    for (InstructionFamily family : ALL) {
      for (String opcode : family.opcodes()) {
        if (BY_OPCODE.put(opcode, family) != null) {
          throw new IllegalStateException(opcode + " belongs to two families");
        }
      }
    }
  }

  private Families() {}
}
