package dev.framepack.bench.reproduce.suite;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One row of the table: how videos are made. The texts are handed to the engine as they are.
 *
 * @param name as in the paper, unique within a suite
 * @param label shown in tables and plots
 * @param group heading it stands under
 * @param note shown beside it; may be empty
 * @param texts what decides history and order, by kind
 * @param settings plain numbers of a request, the suite's defaults included
 * @param paper published figures of the same row, by column, as printed there
 */
public record Variant(
    String name,
    String label,
    String group,
    String note,
    Map<Text, String> texts,
    Settings settings,
    Map<String, String> paper)
    implements Serializable {

  /** Texts with a grammar of the engine's own. */
  public enum Text {
    /** Name of a preset of packing and order. */
    SAMPLING("sampling"),
    /** Notation of the packing, as in the paper's ablation. */
    PACKING("packing"),
    /** Order in which sections are made. */
    ORDER("order"),
    /** Rule for the gaps between a section and what it sees. */
    GAPS("gaps"),
    /** What is done to the history before it is shown to the model. */
    HISTORY("history"),
    /** {@code initialise}: kernels without weights are made from the one there is. */
    KERNELS("kernels"),
    /** Name of a {@link Reference}, which stands alone: nothing is generated. */
    REFERENCE("reference");

    private final String key;

    Text(String key) {
      this.key = key;
    }

    /** Key in a suite file. */
    public String key() {
      return key;
    }
  }

  public Variant {
    texts = Collections.unmodifiableMap(new LinkedHashMap<>(texts));
    paper = Collections.unmodifiableMap(new LinkedHashMap<>(paper));
  }

  /** Which reference it is, if it is one. */
  public Optional<Reference> reference() {
    return text(Text.REFERENCE).flatMap(Reference::named);
  }

  /** One of the texts, if given. */
  public Optional<String> text(Text kind) {
    return Optional.ofNullable(texts.get(kind));
  }
}
