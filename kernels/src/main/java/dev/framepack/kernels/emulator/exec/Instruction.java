package dev.framepack.kernels.emulator.exec;

/** One decoded instruction, immutable and shared by all warps. */
public abstract class Instruction {
  private int index;
  private int line;
  private String text = "";
  private String family = "";
  int guard = -1;
  int guardId;
  boolean guardNegated;

  /**
   * Runs for the lanes of {@code mask}, which is never 0. The program counter already stands on the
   * next instruction.
   */
  public abstract void execute(Warp warp, int mask);

  final void place(int position, int sourceLine, String sourceText, String mnemonicFamily) {
    index = position;
    line = sourceLine;
    text = sourceText;
    family = mnemonicFamily;
  }

  /** Position in the program. */
  public final int index() {
    return index;
  }

  /** Line in the PTX text, from 1. */
  public final int line() {
    return line;
  }

  public final String text() {
    return text;
  }

  /** Opcode, for the counts of a report. */
  public final String family() {
    return family;
  }
}
