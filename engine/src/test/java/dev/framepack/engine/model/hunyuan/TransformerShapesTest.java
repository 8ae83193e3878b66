package dev.framepack.engine.model.hunyuan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Token counts, rotary tables and what is refused, without any weights. */
final class TransformerShapesTest {
  private static final PatchSize PATCH = new PatchSize(1, 2, 2);
  private static final List<Integer> AXES = List.of(2, 2, 2);

  @Test
  void compressedHistoryIsPaddedToWholeTokens() {
    PackedShape shape = PackedShape.released(9, 10, 14, PATCH);
    assertThat(shape.latentTokens(PATCH)).isEqualTo(9 * 5 * 7);
    // clean 2x5x7, 2x: 1x3x4, 4x: 4x2x2
    assertThat(shape.historyTokens()).isEqualTo(70 + 12 + 16);
    assertThat(shape.packedTokens(PATCH)).isEqualTo(315 + 98);
  }

  @Test
  void compressedHistoryHasTheMeanOfTheCosinesNotTheCosineOfTheMean() {
    PackedShape shape = shape(1, 3, 1);
    FrameIndices indices =
        new FrameIndices(new int[] {0}, List.of(new int[] {9}, new int[] {1, 2, 5}, new int[] {7}));
    RopeTables rope = RopeTables.of(256, AXES, PATCH, shape, indices);
    // Order: 4x [9], 2x [1 2] and [5 5] (the last frame repeated), clean [7], latents [0].
    assertThat(rope.tokens()).isEqualTo(5);
    assertThat(frameCosine(rope, 0)).isEqualTo((float) Math.cos(9));
    float mean = (float) ((Math.cos(1) + Math.cos(2)) / 2);
    assertThat(frameCosine(rope, 1)).isCloseTo(mean, within(1e-7f));
    assertThat(frameCosine(rope, 2)).isEqualTo((float) Math.cos(5));
    assertThat(frameCosine(rope, 3)).isEqualTo((float) Math.cos(7));
    assertThat(frameCosine(rope, 4)).isEqualTo(1f);
    assertThat(rope.sin()[4 * rope.headDim()]).isZero();
  }

  /** One denoised frame of one token, and so many context frames by each kernel. */
  private static PackedShape shape(int clean, int history2x, int history4x) {
    return new PackedShape(
        1,
        1,
        2,
        2,
        List.of(
            ContextShape.frames(history4x, PATCH.times(4)),
            ContextShape.frames(history2x, PATCH.times(2)),
            ContextShape.frames(clean, PATCH)));
  }

  private static float frameCosine(RopeTables rope, int token) {
    return rope.cos()[token * rope.headDim()];
  }

  @Test
  void whatDoesNotFitIsRefusedByName() {
    assertThatThrownBy(() -> shape(0, 2, 16))
        .hasMessage("ContextShape: frames must be positive, found 0");
    assertThatThrownBy(() -> new PackedShape(1, 9, 10, 14, List.of()))
        .hasMessage("PackedShape: needs context frames, found none");
    assertThatThrownBy(() -> new ConditionShape(4, 0)).hasMessageContaining("found 4 and 0");
    FrameIndices tooFew =
        new FrameIndices(new int[] {0}, List.of(new int[] {3}, new int[] {2}, new int[] {1}));
    assertThatThrownBy(() -> RopeTables.of(256, AXES, PATCH, shape(2, 1, 1), tooFew))
        .hasMessage("RopeTables: context 2 has 2 frames but 1 indices");
    assertThatThrownBy(() ->
            TransformerCase.model().embed(PackedShape.released(3, 9, 14, PATCH), StepForm.TRAINED))
        .hasMessage("PackedTransformer: latents 3x9x14 must be a multiple of the patch 1x2x2");
  }
}
