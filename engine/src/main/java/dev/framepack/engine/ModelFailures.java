package dev.framepack.engine;

import dev.framepack.weights.WeightError;
import dev.framepack.weights.WeightException;

/** Failures of checkpoint files, as the engine's own. */
final class ModelFailures {
  private ModelFailures() {}

  /** The engine's exception for a failure of files: malformed, or of another model. */
  static FramePackException translate(WeightException failure) {
    String code = failure.code();
    String remedy = failure.remedy();
    String message = problem(failure);
    return isMismatch(failure.error())
        ? new ModelMismatchException(code, message, remedy, failure)
        : new ModelFormatException(code, message, remedy, failure);
  }

  /** The message without code and remedy, which every exception of the engine adds again. */
  private static String problem(WeightException failure) {
    String message = String.valueOf(failure.getMessage());
    String head = failure.code() + ": ";
    String tail = "; " + failure.remedy();
    int from = message.startsWith(head) ? head.length() : 0;
    int to = message.endsWith(tail) ? message.length() - tail.length() : message.length();
    return message.substring(from, Math.max(from, to));
  }

  /** Files that are well-formed but do not belong to this model, or not together. */
  private static boolean isMismatch(WeightError error) {
    return switch (error) {
      case MODEL_TENSOR_MISSING,
          MODEL_TENSOR_UNEXPECTED,
          MODEL_TENSOR_SHAPE,
          MODEL_TENSOR_DTYPE,
          CONFIG_CLASS,
          CONFIG_INCONSISTENT,
          LORA_SHAPE,
          LORA_UNMATCHED ->
          true;
      default -> false;
    };
  }
}
