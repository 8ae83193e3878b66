package dev.framepack.kernels.emulator.exec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every family the emulator knows. */
final class Families {
  private static final List<InstructionFamily> ALL = List.of(new ControlFamily());

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
