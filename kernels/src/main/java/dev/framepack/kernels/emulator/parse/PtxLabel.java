package dev.framepack.kernels.emulator.parse;

/** A label, possibly named before it is placed. */
public final class PtxLabel {
  private final String name;
  private int statement = -1;

  PtxLabel(String name) {
    this.name = name;
  }

  void place(int index) {
    statement = index;
  }

  public String name() {
    return name;
  }

  /** Index of the statement it stands before. */
  public int statement() {
    return statement;
  }
}
