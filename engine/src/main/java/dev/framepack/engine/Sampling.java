package dev.framepack.engine;

import dev.framepack.engine.packing.GapRule;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.engine.packing.SectionOrder;
import java.util.List;
import java.util.stream.Collectors;

/**
 * In which order sections are made, what each sees and how that is packed (paper sections 3.1 and
 * 3.2). The checkpoint should have been trained for it.
 *
 * @param id name in metadata and on the command line; {@value #CUSTOM} for what has none
 * @param packing kernels and frames of context and section
 * @param order of the sections
 * @param gaps how far apart the rotary embedding sees frames that are not adjacent
 * @param adaptsWindow whether the packing is for any latent window; one written by hand says its
 *     own
 * @param initialiseKernels whether kernels the checkpoint has no weights for are made from the
 *     full-resolution one, as the paper initialises them; refused otherwise
 */
public record Sampling(
    String id,
    PackingNotation packing,
    SectionOrder order,
    GapRule gaps,
    boolean adaptsWindow,
    boolean initialiseKernels) {

  /** Name of what is put together by hand. */
  public static final String CUSTOM = "custom";

  /** Last section first, anchored on the start image (FramePackI2V_HY). */
  public static final Sampling INVERTED =
      preset("inverted", "f1k1_x_g9_f1k1f2k2f16k4_td", SectionOrder.INVERTED);

  /** First section first, the start image as anchor (FramePack_F1_I2V_HY; diffusers' vanilla). */
  public static final Sampling F1 = preset("f1", "f1k1_f16k4f2k2f1k1_g9", SectionOrder.FORWARD);

  /** First section first, history alone: the paper's vanilla sampling. */
  public static final Sampling VANILLA =
      preset("vanilla", "td_f16k4f2k2f1k1_g9", SectionOrder.FORWARD);

  /**
   * The last section, then forward towards it: the paper's anti-drifting sampling, whose first call
   * makes the first section too.
   */
  public static final Sampling ENDPOINT =
      preset("endpoint", "td_f16k4f2k2f1k1_g9_x_f1k1", SectionOrder.ENDPOINT);

  /**
   * Far sections first, then the gaps between them: planned anti-drifting. The order itself leaves
   * no gap of more than three windows, so distances are true.
   */
  public static final Sampling PLANNED =
      preset("planned", "f1k1_x_g9_f1k1f2k2f16k4_td", SectionOrder.PLANNED)
          .withGaps(GapRule.TRUE_DISTANCE);

  private static final List<Sampling> PRESETS = List.of(INVERTED, F1, VANILLA, ENDPOINT, PLANNED);

  private static Sampling preset(String id, String packing, SectionOrder order) {
    return new Sampling(id, PackingNotation.parse(packing), order, GapRule.RELEASED, true, false);
  }

  /** Those with a name. */
  public static List<Sampling> presets() {
    return PRESETS;
  }

  /**
   * The one with this name.
   *
   * @throws InvalidRequestException naming those there are
   */
  public static Sampling named(String id) {
    return PRESETS.stream()
        .filter(preset -> preset.id.equals(id))
        .findFirst()
        .orElseThrow(() ->
            new InvalidRequestException(
                "SAMPLING",
                "sampling must be one of %s, found %s"
                    .formatted(
                        PRESETS.stream().map(Sampling::id).collect(Collectors.joining(", ")), id),
                "choose one of them, or give packing and order",
                null));
  }

  /** A packing in the order it is made for. */
  public static Sampling of(PackingNotation packing) {
    return new Sampling(CUSTOM, packing, SectionOrder.of(packing), GapRule.RELEASED, false, false);
  }

  /** With another packing. */
  public Sampling withPacking(PackingNotation value) {
    return new Sampling(CUSTOM, value, order, gaps, false, initialiseKernels);
  }

  /** With another order. */
  public Sampling withOrder(SectionOrder value) {
    return new Sampling(CUSTOM, packing, value, gaps, adaptsWindow, initialiseKernels);
  }

  /** With another gap rule. */
  public Sampling withGaps(GapRule value) {
    return new Sampling(id, packing, order, value, adaptsWindow, initialiseKernels);
  }

  /** With kernels the checkpoint lacks made from the one it has. */
  public Sampling withInitialisedKernels() {
    return new Sampling(id, packing, order, gaps, adaptsWindow, true);
  }

  /** The same for another latent window, where the packing is for any. */
  Sampling forWindow(int latentWindow) {
    return adaptsWindow
        ? new Sampling(
            id, packing.withGenerated(latentWindow), order, gaps, true, initialiseKernels)
        : this;
  }
}
