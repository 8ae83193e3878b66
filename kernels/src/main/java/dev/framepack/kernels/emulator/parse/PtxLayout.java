package dev.framepack.kernels.emulator.parse;

import java.util.ArrayList;
import java.util.List;

/** Variables placed one after the other in a state space. */
final class PtxLayout {
  private final List<PtxVariable> variables = new ArrayList<>();
  private int byteSize;

  PtxLayout() {}

  PtxLayout(PtxLayout before) {
    variables.addAll(before.variables);
    byteSize = before.byteSize;
  }

  PtxVariable place(
      String name, PtxVariable.Space space, PtxType type, int alignment, int byteCount) {
    int offset = Math.ceilDiv(byteSize, alignment) * alignment;
    PtxVariable variable = new PtxVariable(name, space, type, alignment, offset, byteCount);
    variables.add(variable);
    byteSize = offset + byteCount;
    return variable;
  }

  List<PtxVariable> variables() {
    return List.copyOf(variables);
  }

  int byteSize() {
    return byteSize;
  }
}
