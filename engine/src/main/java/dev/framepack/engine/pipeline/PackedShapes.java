package dev.framepack.engine.pipeline;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.ModelMismatchException;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.model.hunyuan.ContextShape;
import dev.framepack.engine.model.hunyuan.PackedShape;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.hunyuan.PatchSize;
import dev.framepack.engine.packing.ContextPart;
import dev.framepack.engine.packing.PatchKernel;
import dev.framepack.engine.packing.SectionPlan;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Plans to the shapes the transformer packs, and which of its kernels they need. */
public final class PackedShapes {
  private static final long MOST_TOKENS = 4_000_000;

  private PackedShapes() {}

  /**
   * The packed sequence of a plan.
   *
   * @throws InvalidRequestException {@code PACKING_TOKENS} when it is longer than anything runs
   */
  public static PackedShape of(SectionPlan plan, int latentHeight, int latentWidth) {
    long tokens = plan.tokens(latentHeight, latentWidth);
    if (tokens > MOST_TOKENS) {
      throw new InvalidRequestException(
          "PACKING_TOKENS",
          String.format(
              Locale.ROOT,
              "the packing takes %,d tokens at this size, at most %,d are possible",
              tokens,
              MOST_TOKENS),
          "list fewer frames, or choose coarser kernels or a smaller size",
          null);
    }
    List<ContextShape> context =
        plan.context().stream()
            .map(part -> new ContextShape(form(part), part.frames().length, patch(part.kernel())))
            .toList();
    return new PackedShape(1, plan.latentFrames(), latentHeight, latentWidth, context);
  }

  private static ContextShape.Form form(ContextPart part) {
    return switch (part.form()) {
      case FRAMES -> ContextShape.Form.FRAMES;
      case APPENDED_TAIL -> ContextShape.Form.APPENDED_TAIL;
      case COMPRESSED_TAIL -> ContextShape.Form.COMPRESSED_TAIL;
    };
  }

  private static PatchSize patch(PatchKernel kernel) {
    return new PatchSize(kernel.frames(), kernel.height(), kernel.width());
  }

  /** Kernels of a packing that a transformer has no weights for. */
  public static List<PatchKernel> untrained(Sampling sampling, PackedTransformer transformer) {
    return sampling.packing().kernels().stream()
        .filter(kernel -> !transformer.trainedKernels().contains(patch(kernel)))
        .toList();
  }

  /**
   * Refuses a packing whose kernels the checkpoint lacks, unless they are to be initialised.
   *
   * @throws ModelMismatchException {@code KERNEL_UNTRAINED}, naming them
   */
  static void requireKernels(Sampling sampling, PackedTransformer transformer) {
    List<PatchKernel> untrained = untrained(sampling, transformer);
    List<PatchKernel> tooLarge =
        untrained.stream().filter(kernel -> !transformer.canInitialise(patch(kernel))).toList();
    if (!tooLarge.isEmpty()) {
      throw new ModelMismatchException(
          "KERNEL_UNTRAINED",
          "packing %s needs %s, which cannot be initialised: beyond k8, sides must halve to it"
              .formatted(sampling.packing(), names(tooLarge)),
          "choose kernels such as k8, k16 or k32",
          null);
    }
    if (untrained.isEmpty() || sampling.initialiseKernels()) {
      return;
    }
    throw new ModelMismatchException(
        "KERNEL_UNTRAINED",
        "packing %s needs %s, the transformer has weights for %s"
            .formatted(
                sampling.packing(),
                names(untrained),
                names(
                    transformer.trainedKernels().stream()
                        .map(
                            patch -> new PatchKernel(patch.frames(), patch.height(), patch.width()))
                        .toList())),
        "choose other kernels, or have them initialised from k1 (--initialise-kernels)",
        null);
  }

  private static String names(List<PatchKernel> kernels) {
    return kernels.stream().map(PatchKernel::toString).collect(Collectors.joining(", "));
  }
}
