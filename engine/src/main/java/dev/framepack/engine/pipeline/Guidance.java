package dev.framepack.engine.pipeline;

import dev.framepack.engine.history.GuidanceTerm;
import dev.framepack.engine.sampler.cache.StepCache;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How predictions are guided.
 *
 * @param terms passes of the network and their weights; the first is the plain prediction
 * @param positive conditioning of the prompt
 * @param negative conditioning of the negative prompt, or null when no term has it
 * @param rescale 0-1, how far the guided prediction takes back the plain one's spread
 * @param cache which steps are left out, complete
 */
record Guidance(
    List<GuidanceTerm> terms,
    StepConditioning positive,
    @Nullable StepConditioning negative,
    double rescale,
    StepCache cache) {

  Guidance {
    terms = List.copyOf(terms);
  }

  /** What a term's pass is conditioned on. */
  StepConditioning conditioning(GuidanceTerm term) {
    return term.negative() && negative != null ? negative : positive;
  }

  /** Whether graphs compiled for the other serve this one: prompts of as many tokens. */
  boolean hasShapeOf(Guidance other) {
    return positive.shape().equals(other.positive.shape())
        && (negative == null
            || (other.negative != null && negative.shape().equals(other.negative.shape())));
  }

  /** Whether any pass sees the context otherwise than it was generated. */
  boolean changesHistory() {
    return terms.stream().anyMatch(term -> term.history().isChanged());
  }
}
