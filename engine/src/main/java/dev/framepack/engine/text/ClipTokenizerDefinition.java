package dev.framepack.engine.text;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code tokenizer.json} that belongs to a CLIP folder of the older layout, which has only the
 * vocabulary and the merges: lower case, byte-level BPE with {@code </w>} at word ends, begin and
 * end token around the text.
 */
final class ClipTokenizerDefinition {
  private static final String BEGIN = "<|startoftext|>";
  private static final String END = "<|endoftext|>";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ClipTokenizerDefinition() {}

  /**
   * @param vocabulary token to id
   * @param mergeLines content of merges.txt: an optional version line, then two tokens a line
   */
  static JsonNode of(JsonNode vocabulary, List<String> mergeLines) {
    ObjectNode root = NODES.objectNode();
    root.put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (String token : List.of(BEGIN, END)) {
      added
          .addObject()
          .put("id", vocabulary.path(token).asInt(-1))
          .put("content", token)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    root.set("normalizer", normalizer());
    root.set("pre_tokenizer", preTokenizer());
    root.set("post_processor", postProcessor(vocabulary));
    root.set("decoder", byteLevel().put("trim_offsets", true));
    root.set("model", model(vocabulary, mergeLines));
    return root;
  }

  private static ObjectNode normalizer() {
    ObjectNode sequence = typed("Sequence");
    ArrayNode parts = sequence.putArray("normalizers");
    parts.add(typed("NFC"));
    ObjectNode replace = parts.addObject().put("type", "Replace");
    replace.putObject("pattern").put("Regex", KnownRegex.WHITESPACE.pattern());
    replace.put("content", " ");
    parts.add(typed("Lowercase"));
    return sequence;
  }

  private static ObjectNode preTokenizer() {
    ObjectNode sequence = typed("Sequence");
    ArrayNode parts = sequence.putArray("pretokenizers");
    ObjectNode split = parts.addObject().put("type", "Split");
    split.putObject("pattern").put("Regex", KnownRegex.CLIP_WITH_SPECIAL_TOKENS.pattern());
    split.put("behavior", "Removed").put("invert", true);
    parts.add(byteLevel().put("trim_offsets", true));
    return sequence;
  }

  private static ObjectNode postProcessor(JsonNode vocabulary) {
    ObjectNode roberta = typed("RobertaProcessing");
    roberta.putArray("sep").add(END).add(vocabulary.path(END).asInt(-1));
    roberta.putArray("cls").add(BEGIN).add(vocabulary.path(BEGIN).asInt(-1));
    return roberta.put("trim_offsets", false).put("add_prefix_space", false);
  }

  private static ObjectNode model(JsonNode vocabulary, List<String> mergeLines) {
    ObjectNode model = typed("BPE");
    model.put("unk_token", END);
    model.put("continuing_subword_prefix", "");
    model.put("end_of_word_suffix", "</w>");
    model.put("fuse_unk", false);
    model.put("byte_fallback", false);
    model.put("ignore_merges", false);
    model.set("vocab", vocabulary);
    ArrayNode merges = model.putArray("merges");
    for (String line : mergeLines) {
      if (!line.startsWith("#version") && !line.isBlank()) {
        merges.add(line.strip());
      }
    }
    return model;
  }

  private static ObjectNode byteLevel() {
    return typed("ByteLevel").put("add_prefix_space", false).put("use_regex", true);
  }

  private static ObjectNode typed(String type) {
    return NODES.objectNode().put("type", type);
  }
}
