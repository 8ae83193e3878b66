package dev.framepack.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.framepack.weights.OriginalNames.Share;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Original HunyuanVideo names against the replacements of diffusers' conversion script. */
class OriginalNamesTest {
  private static final int HIDDEN = 3072;
  private static final List<ExpectedTensor> MODEL = RealSizeCheckpointTest.expected("transformer");
  private static final Map<String, List<Share>> SHARES = OriginalNames.sharesOf(MODEL);

  /** Replaced in this order, as the script does. */
  private static final String[][] REPLACEMENTS = {
    {"time_in.mlp.0", "time_text_embed.timestep_embedder.linear_1"},
    {"time_in.mlp.2", "time_text_embed.timestep_embedder.linear_2"},
    {"guidance_in.mlp.0", "time_text_embed.guidance_embedder.linear_1"},
    {"guidance_in.mlp.2", "time_text_embed.guidance_embedder.linear_2"},
    {"vector_in.in_layer", "time_text_embed.text_embedder.linear_1"},
    {"vector_in.out_layer", "time_text_embed.text_embedder.linear_2"},
    {"img_in", "x_embedder"},
    {"double_blocks", "transformer_blocks"},
    {"single_blocks", "single_transformer_blocks"},
    {"img_attn_q_norm", "attn.norm_q"},
    {"img_attn_k_norm", "attn.norm_k"},
    {"img_attn_proj", "attn.to_out.0"},
    {"txt_attn_q_norm", "attn.norm_added_q"},
    {"txt_attn_k_norm", "attn.norm_added_k"},
    {"txt_attn_proj", "attn.to_add_out"},
    {"img_mod.linear", "norm1.linear"},
    {"img_mlp", "ff"},
    {"txt_mod.linear", "norm1_context.linear"},
    {"txt_mlp", "ff_context"},
    {"self_attn_proj", "attn.to_out.0"},
    {".modulation.linear", ".norm.linear"},
    {"final_layer.adaLN_modulation.1", "norm_out.linear"},
    {"final_layer.linear", "proj_out"},
    {"adaLN_modulation.1", "norm_out.linear"},
    {"individual_token_refiner.blocks", "token_refiner.refiner_blocks"},
    {"t_embedder.mlp.0", "time_text_embed.timestep_embedder.linear_1"},
    {"t_embedder.mlp.2", "time_text_embed.timestep_embedder.linear_2"},
    {"c_embedder", "time_text_embed.text_embedder"},
    {".mlp.", ".ff."},
    {"fc1", "net.0.proj"},
    {"fc2", "net.2"},
    {"input_embedder", "proj_in"},
    {"txt_in", "context_embedder"},
    {"linear2", "proj_out"},
    {".q_norm", ".attn.norm_q"},
    {".k_norm", ".attn.norm_k"},
  };

  private static List<String> canonical(String original) {
    String name = original;
    for (String[] replacement : REPLACEMENTS) {
      if (!name.contains("_blocks") || !replacement[0].endsWith("_blocks")) {
        name = name.replace(replacement[0], replacement[1]);
      } else if (!name.contains("transformer_blocks")) {
        name = name.replace(replacement[0], replacement[1]);
      }
    }
    String renamed = name;
    Stream<String> parts =
        renamed.contains("linear1.")
            ? Stream.of("attn.to_q", "attn.to_k", "attn.to_v", "proj_mlp")
                .map(part -> renamed.replace("linear1", part))
            : renamed.contains("img_attn_qkv") || renamed.contains("self_attn_qkv")
                ? Stream.of("attn.to_q", "attn.to_k", "attn.to_v")
                    .map(part -> renamed.replaceAll("(img|self)_attn_qkv", part))
                : renamed.contains("txt_attn_qkv")
                    ? Stream.of("attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj")
                        .map(part -> renamed.replace("txt_attn_qkv", part))
                    : Stream.of(renamed);
    return parts.toList();
  }

  @Test
  void theConversionOfDiffusersGivesTheSameNamesBack() {
    SHARES.forEach((original, shares) ->
        assertThat(shares)
            .as(original)
            .extracting(share -> share.tensor().name())
            .isEqualTo(canonical(original)));
  }

  @Test
  void everyTensorButFramePacksOwnHasOne() {
    Set<String> covered =
        SHARES.values().stream()
            .flatMap(List::stream)
            .map(share -> share.tensor().name())
            .collect(Collectors.toSet());
    Set<String> without = new TreeSet<>();
    for (ExpectedTensor tensor : MODEL) {
      if (!covered.contains(tensor.name())) {
        without.add(tensor.name().replaceAll("\\..*", ""));
      }
    }
    assertThat(without).containsExactly("clean_x_embedder", "image_projection");
    assertThat(SHARES.keySet().stream().filter(name -> name.startsWith("double_blocks.7.")))
        .hasSize(24);
    assertThat(SHARES.keySet().stream().filter(name -> name.startsWith("single_blocks.39.")))
        .hasSize(8);
  }

  @Test
  void whatIsKeptTogetherIsInOrder() {
    assertThat(SHARES.get("single_blocks.3.linear1.weight"))
        .extracting(share -> share.tensor().name(), Share::firstRow)
        .containsExactly(
            tuple("single_transformer_blocks.3.attn.to_q.weight", 0L),
            tuple("single_transformer_blocks.3.attn.to_k.weight", (long) HIDDEN),
            tuple("single_transformer_blocks.3.attn.to_v.weight", 2L * HIDDEN),
            tuple("single_transformer_blocks.3.proj_mlp.weight", 3L * HIDDEN));
    assertThat(SHARES.get("double_blocks.19.txt_attn_qkv.bias"))
        .extracting(Share::firstRow)
        .containsExactly(0L, (long) HIDDEN, 2L * HIDDEN);
  }

  @Test
  void theLastModulationHasItsHalvesTheOtherWayRound() {
    assertThat(SHARES.get("final_layer.adaLN_modulation.1.weight"))
        .extracting(share -> share.tensor().name(), Share::firstRow)
        .containsExactly(tuple("norm_out.linear.weight", (long) HIDDEN));
  }
}
