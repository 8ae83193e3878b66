package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxStatement;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement while it is decoded: its modifiers are taken one by one. */
public final class Form {
  private final PtxStatement statement;
  private final List<String> left;

  Form(PtxStatement statement) {
    this.statement = statement;
    this.left = new ArrayList<>(statement.modifiers());
  }

  public PtxStatement statement() {
    return statement;
  }

  public String opcode() {
    return statement.opcode();
  }

  /** Takes the modifier when it is there. */
  public boolean take(String modifier) {
    return left.remove(modifier);
  }

  /** Takes the first of the choices that is there. */
  public @Nullable String takeAny(String... choices) {
    for (String choice : choices) {
      if (left.remove(choice)) {
        return choice;
      }
    }
    return null;
  }

  /** Takes one of the choices, which must be there. */
  public String takeOneOf(String... choices) {
    String taken = takeAny(choices);
    if (taken == null) {
      throw unknown("expected one of ." + String.join(" .", choices));
    }
    return taken;
  }

  /** Takes the first modifier that is a type. */
  public PtxType takeType() {
    for (int i = 0; i < left.size(); i++) {
      PtxType type = PtxType.of(left.get(i));
      if (type != null) {
        left.remove(i);
        return type;
      }
    }
    throw unknown("expected a type");
  }

  /** Takes every modifier that begins so; for cache hints without effect on results. */
  public List<String> takeStartingWith(String prefix) {
    List<String> taken = left.stream().filter(word -> word.startsWith(prefix)).toList();
    left.removeAll(taken);
    return taken;
  }

  /** Modifiers nobody took, in order. */
  public List<String> left() {
    return List.copyOf(left);
  }

  public int operandCount() {
    return statement.operands().size();
  }

  public PtxOperand operand(int index) {
    if (index >= operandCount()) {
      throw unknown("expected at least " + (index + 1) + " operands, found " + operandCount());
    }
    return statement.operands().get(index);
  }

  public void expectOperands(int least, int most) {
    if (operandCount() < least || operandCount() > most) {
      throw unknown(
          "expected %s operands, found %s"
              .formatted(least == most ? "" + least : least + " to " + most, operandCount()));
    }
  }

  void expectNothingLeft() {
    if (!left.isEmpty()) {
      throw unknown("unknown modifier ." + String.join(" .", left));
    }
  }

  /** The error of a form the emulator does not know. */
  public EmulationException unknown(String why) {
    return new EmulationException(
        EmulationException.Kind.UNKNOWN_INSTRUCTION,
        "PTX line %s: %s: %s; instruction reads: %s"
            .formatted(statement.line(), statement.mnemonic(), why, statement.text()));
  }
}
