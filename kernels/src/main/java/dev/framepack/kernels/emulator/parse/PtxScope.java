package dev.framepack.kernels.emulator.parse;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names of one pair of braces. */
final class PtxScope {
  private final @Nullable PtxScope outer;
  private final Map<String, PtxRegister> registers = new HashMap<>();
  private final Map<String, PtxVariable> variables = new HashMap<>();
  private final Map<String, PtxLabel> labels = new HashMap<>();

  PtxScope(@Nullable PtxScope outer) {
    this.outer = outer;
  }

  @Nullable PtxScope outer() {
    return outer;
  }

  /** False when the scope has that name already. */
  boolean declare(PtxRegister register) {
    return registers.putIfAbsent(register.name(), register) == null;
  }

  boolean declare(PtxVariable variable) {
    return variables.putIfAbsent(variable.name(), variable) == null;
  }

  boolean declare(PtxLabel label) {
    return labels.putIfAbsent(label.name(), label) == null;
  }

  @Nullable PtxRegister register(String name) {
    PtxRegister found = registers.get(name);
    return found != null || outer == null ? found : outer.register(name);
  }

  @Nullable PtxVariable variable(String name) {
    PtxVariable found = variables.get(name);
    return found != null || outer == null ? found : outer.variable(name);
  }

  @Nullable PtxLabel label(String name) {
    PtxLabel found = labels.get(name);
    return found != null || outer == null ? found : outer.label(name);
  }
}
