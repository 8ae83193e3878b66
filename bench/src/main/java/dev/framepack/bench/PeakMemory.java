package dev.framepack.bench;

import dev.framepack.engine.graph.Fuser;
import dev.framepack.engine.graph.Graph;
import dev.framepack.engine.graph.GraphBuilder;
import dev.framepack.engine.graph.MemoryPlan;
import dev.framepack.engine.graph.Node;
import dev.framepack.engine.model.hunyuan.ConditionShape;
import dev.framepack.engine.model.hunyuan.PackedShape;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.engine.model.hunyuan.StepForm;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.engine.model.vae.VaeTiling;
import dev.framepack.engine.model.vae.VideoVae;
import dev.framepack.weights.config.TransformerConfig;
import dev.framepack.weights.config.VaeConfig;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Planned peak memory of a transformer step and of a section's decode, F32, at the benchmarked
 * sizes and at the published one. Nothing is run and no weights are needed: plans depend on shapes
 * alone. Prints a Markdown table.
 */
public final class PeakMemory {
  private static final int PUBLISHED_HEIGHT = 640;
  private static final int PUBLISHED_WIDTH = 608;
  private static final int PUBLISHED_IMAGE_TOKENS = 729;

  private PeakMemory() {}

  public static void main(String[] args) {
    PrintStream out = System.out;
    out.println("| graph | size | planned peak | without sharing | operations |");
    out.println("|---|---|---|---|---|");
    for (PeerSize size : PeerSize.values()) {
      int side = size.latentSide();
      String name = size.name().toLowerCase(Locale.ROOT);
      row(out, "step", name, step(size.transformer(), side, side, size.imageTokens()));
      row(out, "decode of 18 latents", name, decode(size.vae(), side, side, false));
    }
    int height = PUBLISHED_HEIGHT / 8;
    int width = PUBLISHED_WIDTH / 8;
    String name = "published, 640x608";
    row(
        out,
        "step",
        name,
        step(TransformerConfig.published(), height, width, PUBLISHED_IMAGE_TOKENS));
    row(out, "decode of 18 latents", name, decode(VaeConfig.published(), height, width, false));
    row(
        out,
        "decode of 18 latents, tiled",
        name,
        decode(VaeConfig.published(), height, width, true));
  }

  private static Graph step(TransformerConfig config, int height, int width, int imageTokens) {
    PackedTransformer model = new PackedTransformer(config);
    return model.step(
        PackedShape.released(PeerSize.LATENT_FRAMES, height, width, model.patch()),
        new ConditionShape(imageTokens, PeerSize.TEXT_TOKENS),
        StepForm.TRAINED);
  }

  private static Graph decode(VaeConfig config, int height, int width, boolean tiled) {
    GraphBuilder g = new GraphBuilder("decode");
    g.output(
        "pixels",
        new VideoVae(config)
            .decode(
                g,
                new HostConstants(),
                tiled ? VaeTiling.windowsAndTiles() : VaeTiling.windowsOnly(),
                g.input(
                    "latents",
                    1,
                    config.latentChannels(),
                    PeerSize.DECODED_LATENTS,
                    height,
                    width)));
    return g.build();
  }

  private static void row(PrintStream out, String what, String size, Graph recorded) {
    Graph graph = Fuser.fuse(recorded);
    MemoryPlan plan = MemoryPlan.of(graph);
    long operations = graph.nodes().stream().filter(Node.Call.class::isInstance).count();
    out.printf(
        Locale.ROOT,
        "| %s | %s | %.1f MB | %.1f MB | %s |%n",
        what,
        size,
        plan.arenaBytes() / 1e6,
        plan.unsharedBytes() / 1e6,
        operations);
  }
}
