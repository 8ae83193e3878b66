package dev.framepack.engine.text;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Checks a tokenizer definition before native code reads it: only the building blocks that
 * byte-pair tokenizers of this model family use, only known patterns, a vocabulary without
 * contradictions that fits the text encoder.
 */
final class TokenizerCheck {
  private static final Map<String, Set<String>> BLOCKS =
      Map.of(
          "normalizer", Set.of("Sequence", "NFC", "NFKC", "Replace", "Lowercase"),
          "pre_tokenizer", Set.of("Sequence", "Split", "ByteLevel"),
          "post_processor",
              Set.of("Sequence", "ByteLevel", "TemplateProcessing", "RobertaProcessing"),
          "decoder", Set.of("Sequence", "ByteLevel"));
  private static final Pattern BYTE_TOKEN = Pattern.compile("<0x[0-9A-F]{2}>");

  private final Path file;
  private final int vocabSize;
  private final Map<String, Integer> idOf = new HashMap<>();
  private final Map<Integer, String> tokenOf = new HashMap<>();

  TokenizerCheck(Path file, int vocabSize) {
    this.file = file;
    this.vocabSize = vocabSize;
  }

  void check(JsonNode root) {
    BLOCKS.forEach((field, allowed) -> checkBlock(field, root.path(field), allowed));
    JsonNode model = root.path("model");
    String type = model.path("type").asString("BPE");
    if (!type.equals("BPE") || !model.path("vocab").isObject()) {
      throw TokenizerFault.TOKENIZER_UNSUPPORTED.in(
          file,
          "model is %s, expected BPE with a vocabulary".formatted(TokenizerFault.quote(type)));
    }
    if (model.path("dropout").asDouble(0) != 0) {
      throw TokenizerFault.TOKENIZER_UNSUPPORTED.in(file, "dropout makes tokens random");
    }
    model.path("vocab").properties().forEach(entry -> add(entry.getKey(), entry.getValue()));
    if (!root.path("added_tokens").isMissingNode() && !root.path("added_tokens").isArray()) {
      throw TokenizerFault.TOKENIZER_FORMAT.in(file, "added_tokens must be a list");
    }
    root.path("added_tokens")
        .forEach(token -> add(token.path("content").asString(""), token.path("id")));
    checkByteTokens(model);
    checkMerges(model);
  }

  /** The id of a special token that {@code namedIn} mentions. */
  int idOf(String token, Path namedIn) {
    Integer id = idOf.get(token);
    if (id == null) {
      throw TokenizerFault.TOKENIZER_FORMAT.in(
          namedIn, "pad_token %s is not in the vocabulary".formatted(TokenizerFault.quote(token)));
    }
    return id;
  }

  private void checkBlock(String field, JsonNode node, Set<String> allowed) {
    if (node.isMissingNode() || node.isNull()) {
      return;
    }
    String type = node.path("type").asString("");
    if (!allowed.contains(type)) {
      throw TokenizerFault.TOKENIZER_UNSUPPORTED.in(
          file,
          "%s of type %s, expected one of %s"
              .formatted(field, TokenizerFault.quote(type), allowed.stream().sorted().toList()));
    }
    JsonNode pattern = node.path("pattern").path("Regex");
    if (!pattern.isMissingNode() && !KnownRegex.contains(pattern.asString(""))) {
      throw TokenizerFault.TOKENIZER_REGEX.in(
          file,
          "%s has the pattern %s, expected one of a published tokenizer"
              .formatted(field, TokenizerFault.quote(pattern.asString(""))));
    }
    for (String parts : Set.of("normalizers", "pretokenizers", "processors", "decoders")) {
      node.path(parts).forEach(part -> checkBlock(field, part, allowed));
    }
  }

  private void add(String token, JsonNode value) {
    if (!value.isInt() || value.asInt() < 0 || value.asInt() >= vocabSize) {
      throw TokenizerFault.TOKENIZER_VOCABULARY.mismatch(
          file,
          "token %s has the id %s, expected 0 to %s as in the text encoder"
              .formatted(
                  TokenizerFault.quote(token),
                  TokenizerFault.quote(value.toString()),
                  vocabSize - 1));
    }
    int id = value.asInt();
    String otherToken = tokenOf.putIfAbsent(id, token);
    Integer otherId = idOf.putIfAbsent(token, id);
    if (otherToken != null && !otherToken.equals(token) || otherId != null && otherId != id) {
      throw TokenizerFault.TOKENIZER_DUPLICATE_ID.in(
          file,
          "token %s has the id %s, which contradicts %s with the id %s"
              .formatted(
                  TokenizerFault.quote(token),
                  id,
                  TokenizerFault.quote(otherToken == null ? token : otherToken),
                  otherId == null ? id : otherId));
    }
  }

  private void checkByteTokens(JsonNode model) {
    if (!model.path("byte_fallback").asBoolean(false)) {
      return;
    }
    for (String token : idOf.keySet()) {
      if (token.startsWith("<0x") && token.endsWith(">") && !BYTE_TOKEN.matcher(token).matches()) {
        throw TokenizerFault.TOKENIZER_BYTE_TOKEN.in(
            file,
            "byte token %s, expected <0x00> to <0xFF>".formatted(TokenizerFault.quote(token)));
      }
    }
  }

  private void checkMerges(JsonNode model) {
    int prefix = model.path("continuing_subword_prefix").asString("").length();
    int index = 0;
    for (JsonNode merge : model.path("merges")) {
      String[] pair =
          merge.isArray() && merge.size() == 2
              ? new String[] {merge.get(0).asString(""), merge.get(1).asString("")}
              : merge.asString("").split(" ", -1);
      if (pair.length != 2
          || !idOf.containsKey(pair[0])
          || !idOf.containsKey(pair[1])
          || pair[1].length() < prefix
          || !idOf.containsKey(pair[0] + pair[1].substring(prefix))) {
        throw TokenizerFault.TOKENIZER_MERGE.in(
            file,
            "merge %s is %s, expected two tokens of the vocabulary whose join is one"
                .formatted(index, TokenizerFault.quote(merge.toString())));
      }
      index++;
    }
  }
}
