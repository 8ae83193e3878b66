package dev.framepack.engine.pipeline;

import dev.framepack.engine.text.PromptTemplate;
import dev.framepack.engine.text.Tokens;
import java.util.Arrays;

/**
 * Prompt to conditioning: Llama's hidden states of the prompt inside its template, CLIP's pooled
 * output (spec section 6).
 */
final class PromptStage {
  private static final int CLIP_TOKENS = 77;

  private final ModelParts parts;
  private final PromptTemplate template = PromptTemplate.hunyuanVideo();

  PromptStage(ModelParts parts) {
    this.parts = parts;
  }

  PromptConditioning encode(String prompt) {
    Tokens tokens = template.encode(parts.llamaTokenizer(), prompt);
    float[] hidden = // [tokens, textWidth]
        parts.llama().model().encode(parts.backend(), parts.llama().weights(), tokens.unpadded());
    int textWidth = hidden.length / tokens.length();
    int kept = tokens.length() - template.tokensBeforePrompt();
    float[] text = // [kept, textWidth]
        Arrays.copyOfRange(hidden, template.tokensBeforePrompt() * textWidth, hidden.length);
    Tokens clipTokens = parts.clipTokenizer().encode(prompt, CLIP_TOKENS);
    float[] pooled =
        parts.clip().model().encode(parts.backend(), parts.clip().weights(), clipTokens.ids());
    return new PromptConditioning(kept, text, pooled);
  }
}
