package dev.framepack.engine;

import dev.framepack.engine.packing.SectionOrder;

/** In which order sections are made; the checkpoint must have been trained for it. */
public enum Sampling {
  /** Last section first, anchored on the start image (FramePackI2V_HY). */
  INVERTED("inverted", SectionOrder.INVERTED),
  /** First section first (FramePack_F1_I2V_HY; "vanilla" in diffusers). */
  F1("f1", SectionOrder.FORWARD);

  private final String id;
  private final SectionOrder order;

  Sampling(String id, SectionOrder order) {
    this.id = id;
    this.order = order;
  }

  /** Name in metadata and on the command line. */
  public String id() {
    return id;
  }

  /** The plan of sections behind the name. */
  public SectionOrder order() {
    return order;
  }
}
