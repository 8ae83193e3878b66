package dev.framepack.kernels.emulator.parse;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One instruction as written.
 *
 * @param line line in the text, from 1
 * @param text the instruction as written, on one line
 * @param guard the predicate after {@code @}, or null
 * @param opcode the word before the first dot
 * @param modifiers the words between dots, in order
 */
public record PtxStatement(
    int line,
    String text,
    @Nullable PtxRegister guard,
    boolean guardNegated,
    String opcode,
    List<String> modifiers,
    List<PtxOperand> operands) {

  /** Opcode with its modifiers. */
  public String mnemonic() {
    return modifiers.isEmpty() ? opcode : opcode + "." + String.join(".", modifiers);
  }
}
