package dev.framepack.engine.verify;

import dev.framepack.engine.image.SiglipPreprocessor;
import dev.framepack.engine.model.nn.HostConstants;
import dev.framepack.engine.model.text.ClipTextEncoder;
import dev.framepack.engine.model.text.LlamaTextEncoder;
import dev.framepack.engine.model.vision.SiglipVisionEncoder;
import dev.framepack.engine.pipeline.ModelParts;
import dev.framepack.engine.text.PromptTemplate;
import dev.framepack.engine.text.Tokens;
import dev.framepack.kernels.Backend;
import dev.framepack.weights.ModelFolders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/**
 * Tokenizers, text encoders and image encoder on the prompts of {@code prompts.json} and the
 * pictures beside them.
 */
final class EncoderCase implements GoldenCase {
  private static final String PROMPTS = "prompts.json";
  private static final double FLOAT_ROUNDING = 1e-6;

  @Override
  public boolean recognises(Path folder) {
    return Files.isRegularFile(folder.resolve(PROMPTS))
        && !Contents.of(folder).isEmpty()
        && CheckpointNearby.find(folder) != null;
  }

  @Override
  public void run(Path folder, Subject subject, Report report) {
    Backend backend = subject.backend();
    GoldenTensors golden = new GoldenTensors(folder);
    JsonNode prompts = JsonFiles.read(folder.resolve(PROMPTS));
    try (ModelParts parts =
        ModelParts.load(
            ModelFolders.resolve(CheckpointNearby.require(folder)), backend, subject.precision())) {
      for (int i = 0; i < prompts.size(); i++) {
        checkLlama(golden, prompts.get(i).asString(), i, parts, subject, report);
        checkClip(golden, prompts.get(i).asString(), i, parts, subject, report);
      }
      for (int i = 0; golden.has("image" + i + ".rgb"); i++) {
        checkImage(golden, "image" + i, parts, subject, report);
      }
    }
  }

  private static void checkLlama(
      GoldenTensors golden,
      String prompt,
      int index,
      ModelParts parts,
      Subject subject,
      Report report) {
    PromptTemplate template = PromptTemplate.hunyuanVideo();
    Tokens tokens = template.encode(parts.llamaTokenizer(), prompt);
    String key = index + ".llama.";
    int[] mask = new int[tokens.ids().length];
    Arrays.fill(mask, 0, tokens.length(), 1);
    exact(golden, key + "ids", tokens.ids(), report);
    exact(golden, key + "mask", mask, report);
    float[] hidden = // [tokens, width]
        parts.llama().model().encode(parts.backend(), parts.llama().weights(), tokens.unpadded());
    int dropped = template.tokensBeforePrompt() * (hidden.length / tokens.length());
    report.check(
        key + "embeds",
        Arrays.copyOfRange(hidden, dropped, hidden.length),
        golden.floats(key + "embeds"),
        subject.tolerance(
            parts.llama().model().graph(new HostConstants(), tokens.length()),
            parts.llama().weights().types(),
            LlamaTextEncoder.HIDDEN));
  }

  private static void checkClip(
      GoldenTensors golden,
      String prompt,
      int index,
      ModelParts parts,
      Subject subject,
      Report report) {
    String key = index + ".clip.";
    int[] ids = parts.clipTokenizer().encode(prompt, golden.size(key + "ids", 1)).ids();
    exact(golden, key + "ids", ids, report);
    report.check(
        key + "pooled",
        parts.clip().model().encode(parts.backend(), parts.clip().weights(), ids),
        golden.floats(key + "pooled"),
        subject.tolerance(
            parts.clip().model().graph(ids.length),
            parts.clip().weights().types(),
            ClipTextEncoder.POOLED));
  }

  private static void checkImage(
      GoldenTensors golden, String key, ModelParts parts, Subject subject, Report report) {
    float[] pixels =
        new SiglipPreprocessor(parts.preprocessor(), SiglipPreprocessor.BytePath.AS_IS)
            .pixels(ImageCase.image(golden, key + ".rgb"));
    report.check(key + ".pixels", pixels, golden.floats(key + ".pixels"), FLOAT_ROUNDING);
    report.check(
        key + ".hidden",
        parts.siglip().model().encode(parts.backend(), parts.siglip().weights(), pixels),
        golden.floats(key + ".hidden"),
        subject.tolerance(
            parts.siglip().model().graph(),
            parts.siglip().weights().types(),
            SiglipVisionEncoder.HIDDEN));
  }

  private static void exact(GoldenTensors golden, String name, int[] found, Report report) {
    report.check(name, GoldenTensors.floats(found), golden.floats(name), EXACT);
  }
}
