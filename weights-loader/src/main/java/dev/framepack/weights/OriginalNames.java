package dev.framepack.weights;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names of the original HunyuanVideo release for the tensors of the transformer, which are
 * canonical under the names of diffusers. The original keeps some weights together that are
 * separate here: query, key and value in one matrix, in single blocks the first layer of the MLP
 * below them. Its last modulation has shift before scale, where the canonical one has scale first.
 *
 * <p>Source: the conversion of diffusers, {@code scripts/convert_hunyuan_video_to_diffusers.py} and
 * {@code _convert_hunyuan_video_lora_to_diffusers}. What FramePack added to the model (clean
 * latents, image projection) has no original name.
 */
public final class OriginalNames {

  /**
   * A canonical tensor's share of an original one: its row {@code i} is row {@code (firstRow + i)
   * mod rows} of the original.
   */
  public record Share(ExpectedTensor tensor, long firstRow) {}

  /**
   * How modules are called.
   *
   * @param part which rows of the original module, counted in modules
   * @param halvesSwapped whether its second half of rows comes first
   */
  private record Rule(Pattern canonical, String original, int part, boolean halvesSwapped) {
    @Nullable Place apply(String module) {
      Matcher matcher = canonical.matcher(module);
      return matcher.matches()
          ? new Place(matcher.replaceAll(original), part, halvesSwapped)
          : null;
    }
  }

  private record Place(String module, int part, boolean halvesSwapped) {}

  private record Member(ExpectedTensor tensor, Place place) {}

  private static final String DOUBLE = "transformer_blocks.N.";
  private static final String SINGLE = "single_transformer_blocks.N.";
  private static final String REFINER = "context_embedder.token_refiner.refiner_blocks.N.";

  private static final List<Rule> RULES =
      List.of(
          rule(DOUBLE + "norm1.linear", "double_blocks.N.img_mod.linear"),
          rule(DOUBLE + "norm1_context.linear", "double_blocks.N.txt_mod.linear"),
          rule(DOUBLE + "attn.to_q", "double_blocks.N.img_attn_qkv", 0),
          rule(DOUBLE + "attn.to_k", "double_blocks.N.img_attn_qkv", 1),
          rule(DOUBLE + "attn.to_v", "double_blocks.N.img_attn_qkv", 2),
          rule(DOUBLE + "attn.add_q_proj", "double_blocks.N.txt_attn_qkv", 0),
          rule(DOUBLE + "attn.add_k_proj", "double_blocks.N.txt_attn_qkv", 1),
          rule(DOUBLE + "attn.add_v_proj", "double_blocks.N.txt_attn_qkv", 2),
          rule(DOUBLE + "attn.norm_q", "double_blocks.N.img_attn_q_norm"),
          rule(DOUBLE + "attn.norm_k", "double_blocks.N.img_attn_k_norm"),
          rule(DOUBLE + "attn.norm_added_q", "double_blocks.N.txt_attn_q_norm"),
          rule(DOUBLE + "attn.norm_added_k", "double_blocks.N.txt_attn_k_norm"),
          rule(DOUBLE + "attn.to_out.0", "double_blocks.N.img_attn_proj"),
          rule(DOUBLE + "attn.to_add_out", "double_blocks.N.txt_attn_proj"),
          rule(DOUBLE + "ff.net.0.proj", "double_blocks.N.img_mlp.fc1"),
          rule(DOUBLE + "ff.net.2", "double_blocks.N.img_mlp.fc2"),
          rule(DOUBLE + "ff_context.net.0.proj", "double_blocks.N.txt_mlp.fc1"),
          rule(DOUBLE + "ff_context.net.2", "double_blocks.N.txt_mlp.fc2"),
          rule(SINGLE + "norm.linear", "single_blocks.N.modulation.linear"),
          rule(SINGLE + "attn.to_q", "single_blocks.N.linear1", 0),
          rule(SINGLE + "attn.to_k", "single_blocks.N.linear1", 1),
          rule(SINGLE + "attn.to_v", "single_blocks.N.linear1", 2),
          rule(SINGLE + "proj_mlp", "single_blocks.N.linear1", 3),
          rule(SINGLE + "attn.norm_q", "single_blocks.N.q_norm"),
          rule(SINGLE + "attn.norm_k", "single_blocks.N.k_norm"),
          rule(SINGLE + "proj_out", "single_blocks.N.linear2"),
          rule("x_embedder.proj", "img_in.proj"),
          rule("time_text_embed.timestep_embedder.linear_1", "time_in.mlp.0"),
          rule("time_text_embed.timestep_embedder.linear_2", "time_in.mlp.2"),
          rule("time_text_embed.guidance_embedder.linear_1", "guidance_in.mlp.0"),
          rule("time_text_embed.guidance_embedder.linear_2", "guidance_in.mlp.2"),
          rule("time_text_embed.text_embedder.linear_1", "vector_in.in_layer"),
          rule("time_text_embed.text_embedder.linear_2", "vector_in.out_layer"),
          rule("context_embedder.proj_in", "txt_in.input_embedder"),
          rule(
              "context_embedder.time_text_embed.timestep_embedder.linear_1",
              "txt_in.t_embedder.mlp.0"),
          rule(
              "context_embedder.time_text_embed.timestep_embedder.linear_2",
              "txt_in.t_embedder.mlp.2"),
          rule(
              "context_embedder.time_text_embed.text_embedder.linear_1",
              "txt_in.c_embedder.linear_1"),
          rule(
              "context_embedder.time_text_embed.text_embedder.linear_2",
              "txt_in.c_embedder.linear_2"),
          rule(REFINER + "norm1", "txt_in.individual_token_refiner.blocks.N.norm1"),
          rule(REFINER + "norm2", "txt_in.individual_token_refiner.blocks.N.norm2"),
          rule(REFINER + "attn.to_q", "txt_in.individual_token_refiner.blocks.N.self_attn_qkv", 0),
          rule(REFINER + "attn.to_k", "txt_in.individual_token_refiner.blocks.N.self_attn_qkv", 1),
          rule(REFINER + "attn.to_v", "txt_in.individual_token_refiner.blocks.N.self_attn_qkv", 2),
          rule(
              REFINER + "attn.to_out.0", "txt_in.individual_token_refiner.blocks.N.self_attn_proj"),
          rule(REFINER + "ff.net.0.proj", "txt_in.individual_token_refiner.blocks.N.mlp.fc1"),
          rule(REFINER + "ff.net.2", "txt_in.individual_token_refiner.blocks.N.mlp.fc2"),
          rule(
              REFINER + "norm_out.linear",
              "txt_in.individual_token_refiner.blocks.N.adaLN_modulation.1"),
          new Rule(Pattern.compile("norm_out\\.linear"), "final_layer.adaLN_modulation.1", 0, true),
          rule("proj_out", "final_layer.linear"));

  private OriginalNames() {}

  private static Rule rule(String canonical, String original) {
    return rule(canonical, original, 0);
  }

  /** {@code N} stands for a block's number. */
  private static Rule rule(String canonical, String original, int part) {
    String pattern = canonical.replace(".", "\\.").replace(".N\\.", ".(\\d+)\\.");
    return new Rule(Pattern.compile(pattern), original.replace(".N.", ".$1."), part, false);
  }

  /**
   * Every original tensor that some of a transformer's tensors have a share in.
   *
   * @param tensors the transformer's, under canonical names
   * @return by original name, shares in the order of their rows
   */
  public static Map<String, List<Share>> sharesOf(Collection<ExpectedTensor> tensors) {
    Map<String, List<Member>> members = new LinkedHashMap<>();
    for (ExpectedTensor tensor : tensors) {
      int end = tensor.name().lastIndexOf('.');
      Place place = end < 0 ? null : place(tensor.name().substring(0, end));
      if (place != null) {
        String name = place.module() + tensor.name().substring(end);
        members.computeIfAbsent(name, key -> new ArrayList<>()).add(new Member(tensor, place));
      }
    }
    Map<String, List<Share>> shares = LinkedHashMap.newLinkedHashMap(members.size());
    members.forEach((name, parts) -> shares.put(name, shares(parts)));
    return Collections.unmodifiableMap(shares);
  }

  private static @Nullable Place place(String module) {
    for (Rule rule : RULES) {
      Place place = rule.apply(module);
      if (place != null) {
        return place;
      }
    }
    return null;
  }

  private static List<Share> shares(List<Member> members) {
    members.sort(Comparator.comparingInt(member -> member.place().part()));
    List<Share> shares = new ArrayList<>(members.size());
    long firstRow = 0;
    for (Member member : members) {
      long rows = member.tensor().shape()[0];
      shares.add(new Share(member.tensor(), member.place().halvesSwapped() ? rows / 2 : firstRow));
      firstRow += rows;
    }
    return List.copyOf(shares);
  }
}
