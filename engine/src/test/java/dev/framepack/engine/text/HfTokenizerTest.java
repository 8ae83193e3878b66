package dev.framepack.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.GoldenTensors;
import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.ModelMismatchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

final class HfTokenizerTest {
  private static final Path CHECKPOINT = GoldenTensors.ROOT.resolve("pipeline/checkpoint");
  private static final Map<String, GoldenTensors.Tensor> GOLDEN = GoldenTensors.read("encoders");
  private static final int LLAMA_VOCABULARY = 557;
  private static final int CLIP_VOCABULARY = 639;
  private static final int CLIP_TOKENS = 77;

  @Test
  void llamaIdsAndMaskAreThoseOfTheReference() throws IOException {
    PromptTemplate template = PromptTemplate.hunyuanVideo();
    try (HfTokenizer tokenizer = llama()) {
      List<String> prompts = prompts();
      for (int i = 0; i < prompts.size(); i++) {
        Tokens tokens = template.encode(tokenizer, prompts.get(i));
        assertThat(tokens.ids()).as("prompt %d", i).isEqualTo(ints(i + ".llama.ids"));
        assertThat(tokens.length())
            .as("prompt %d", i)
            .isEqualTo(Arrays.stream(ints(i + ".llama.mask")).sum());
      }
    }
  }

  @Test
  void clipIdsAreThoseOfTheReference() throws IOException {
    try (HfTokenizer tokenizer = clip()) {
      requireGoldenClipIds(tokenizer);
    }
  }

  @Test
  void vocabularyAndMergesAloneGiveTheSameIds(@TempDir Path folder) throws IOException {
    for (String name : List.of("vocab.json", "merges.txt", "tokenizer_config.json")) {
      Files.copy(CHECKPOINT.resolve("tokenizer_2").resolve(name), folder.resolve(name));
    }
    try (HfTokenizer tokenizer = HfTokenizer.open(folder, CLIP_VOCABULARY)) {
      requireGoldenClipIds(tokenizer);
    }
  }

  @Test
  void theTemplateHasNinetyFiveTokensBeforeThePrompt() {
    PromptTemplate template = PromptTemplate.hunyuanVideo();
    try (HfTokenizer tokenizer = llama()) {
      int[] one = template.encode(tokenizer, "red").unpadded();
      int[] other = template.encode(tokenizer, "yellow").unpadded();
      assertThat(Arrays.mismatch(one, other)).isEqualTo(template.tokensBeforePrompt());
    }
  }

  @Test
  void aTokenizerThatLeavesNothingOfThePromptIsRefused() {
    PromptTemplate counted = new PromptTemplate("a {}", 95, 256);
    try (HfTokenizer tokenizer = llama()) {
      assertThatThrownBy(() -> counted.encode(tokenizer, "red"))
          .isInstanceOf(ModelMismatchException.class)
          .hasMessageContaining("TOKENIZER_TEMPLATE");
    }
  }

  /** Ids by the transformers library on the same files. */
  @Test
  void unusualTextsGiveTheIdsOfTheReference() {
    try (HfTokenizer llama = llama();
        HfTokenizer clip = clip()) {
      assertThat(llama.encode("\0a\0b", 40).unpadded()).containsExactly(551, 188, 64, 188, 65);
      assertThat(clip.encode("\0a\0b", 40).unpadded())
          .containsExactly(637, 444, 320, 444, 321, 638);
      assertThat(llama.encode("x<|eot_id|>y <pad> <|endoftext|>z", 40).unpadded())
          .containsExactly(551, 87, 555, 88, 220, 556, 489, 428, 78, 321, 417, 83, 317, 89);
      assertThat(clip.encode("x<|eot_id|>y <pad> <|endoftext|>z", 40).unpadded())
          .containsExactly(
              637, 343, 27, 347, 68, 78, 339, 318, 72, 323, 91, 285, 344, 283, 79, 64, 323, 285,
              638, 345, 638);
      assertThat(llama.encode("\u202eabc\ufeff \ufb01 \u2167", 40).unpadded())
          .containsExactly(
              551, 158, 222, 106, 64, 65, 66, 171, 119, 123, 220, 171, 105, 223, 220, 158, 227,
              100);
      assertThat(clip.encode("\u0130stanbul \u1e9e \u0391\u03a3", 40).unpadded())
          .containsExactly(
              637, 328, 136, 485, 559, 519, 65, 581, 127, 509, 138, 109, 139, 481, 638);
      assertThat(
              llama
                  .encode("\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627", 40)
                  .unpadded())
          .startsWith(551, 147, 102, 147, 250, 147, 243, 147, 251, 220, 149, 227);
      assertThat(clip.encode("\ud83d\udc69\u200d\ud83d\udc69", 40).unpadded())
          .startsWith(637, 172, 253, 239, 102, 158, 222, 235, 172, 253, 239);
    }
  }

  @Test
  void longTextsAreCutOffOnTheRight() {
    String prompt = "ab c".repeat(25_000);
    try (HfTokenizer llama = llama();
        HfTokenizer clip = clip()) {
      Tokens tokens = PromptTemplate.hunyuanVideo().encode(llama, prompt);
      assertThat(tokens.length()).isEqualTo(351);
      assertThat(weightedSum(tokens.ids())).isEqualTo(9_040_846);
      Tokens pooled = clip.encode(prompt, CLIP_TOKENS);
      assertThat(pooled.ids()).endsWith(66, 64, 321, 66, 638);
      assertThat(weightedSum(pooled.ids())).isEqualTo(489_538);
    }
  }

  @Test
  void aLoneSurrogateIsRefused() {
    try (HfTokenizer clip = clip()) {
      assertThatThrownBy(() -> clip.encode("a\ud83dz", CLIP_TOKENS))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("U+D83D");
      assertThat(clip.encode("a z", CLIP_TOKENS).length()).isGreaterThan(2);
    }
  }

  @Test
  void aClosedTokenizerIsRefusedAndClosingTwiceIsFine() {
    HfTokenizer clip = clip();
    clip.close();
    clip.close();
    assertThatThrownBy(() -> clip.encode("a", CLIP_TOKENS))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatIsSetWhileLoadingIsUnsetAfterwards() {
    try (HfTokenizer clip = clip()) {
      assertThat(clip.encode("a", 3).ids()).hasSize(3);
    }
    assertThat(System.getProperties())
        .doesNotContainKeys("ai.djl.offline", "RUST_FLAVOR", "slf4j.internal.verbosity");
  }

  private static void requireGoldenClipIds(HfTokenizer tokenizer) throws IOException {
    List<String> prompts = prompts();
    for (int i = 0; i < prompts.size(); i++) {
      assertThat(tokenizer.encode(prompts.get(i), CLIP_TOKENS).ids())
          .as("prompt %d", i)
          .isEqualTo(ints(i + ".clip.ids"));
    }
  }

  private static HfTokenizer llama() {
    return HfTokenizer.open(CHECKPOINT.resolve("tokenizer"), LLAMA_VOCABULARY);
  }

  private static HfTokenizer clip() {
    return HfTokenizer.open(CHECKPOINT.resolve("tokenizer_2"), CLIP_VOCABULARY);
  }

  private static List<String> prompts() throws IOException {
    JsonNode prompts =
        new ObjectMapper()
            .readTree(Files.readAllBytes(GoldenTensors.ROOT.resolve("encoders/prompts.json")));
    return prompts.valueStream().map(JsonNode::asString).toList();
  }

  private static int weightedSum(int[] ids) {
    return IntStream.range(0, ids.length).map(i -> (i + 1) * ids[i]).sum();
  }

  private static int[] ints(String name) {
    return LongStream.of(Objects.requireNonNull(GOLDEN.get(name), name).longs())
        .mapToInt(Math::toIntExact)
        .toArray();
  }
}
