package dev.framepack.kernels.emulator.parse;

import java.util.List;

/** An operand as written, names resolved. */
public sealed interface PtxOperand {

  record Register(PtxRegister register) implements PtxOperand {}

  /** {@code !%p}. */
  record NotPredicate(PtxRegister register) implements PtxOperand {}

  /** An integer literal, or a {@code 0f} literal's bits when an integer is meant. */
  record IntegerLiteral(long value) implements PtxOperand {}

  /** A floating literal: {@code 0fXXXXXXXX}, {@code 0dXXXXXXXXXXXXXXXX} or decimal. */
  record FloatLiteral(double value, long bits, Width width) implements PtxOperand {
    /** How it was written. */
    public enum Width {
      HEX32,
      HEX64,
      DECIMAL
    }
  }

  /** A variable's name, with an optional byte offset. */
  record Symbol(PtxVariable variable, long offset) implements PtxOperand {}

  /** A special register such as {@code %tid.x}, without the percent sign. */
  record Special(String name) implements PtxOperand {}

  /** A branch target. */
  record Label(PtxLabel label) implements PtxOperand {}

  record Vector(List<PtxOperand> elements) implements PtxOperand {}

  /** {@code a|b}: two destinations. */
  record Pair(PtxOperand first, PtxOperand second) implements PtxOperand {}

  /**
   * {@code [base+offset]}, or {@code [base, {c0, c1}]} of a tensor.
   *
   * @param extra what follows a comma inside the brackets
   */
  record Address(PtxOperand base, long offset, List<PtxOperand> extra) implements PtxOperand {}

  /** {@code _}. */
  record Sink() implements PtxOperand {}
}
