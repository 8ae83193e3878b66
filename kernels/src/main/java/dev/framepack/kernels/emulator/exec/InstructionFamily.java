package dev.framepack.kernels.emulator.exec;

import java.util.Set;

/** Instructions that are decoded together. */
public interface InstructionFamily {

  /** First words: {@code add}, {@code ld}. */
  Set<String> opcodes();

  /**
   * Decodes one statement. Every modifier must be taken from the form; what is left over is
   * reported by the caller as unknown.
   *
   * @throws dev.framepack.kernels.emulator.EmulationException for a type or operand it lacks
   */
  Instruction decode(Form form, Decoder decoder);
}
