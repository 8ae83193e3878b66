package dev.framepack.engine;

import dev.framepack.weights.WeightException;

/** What every refusal looks like: an exception of the library's own, in one short line. */
public final class Refused {
  private static final int MAX_MESSAGE_CHARS = 400;

  private Refused() {}

  /** Runs something that may be refused; every other failure goes on. */
  public static void orDone(Runnable attempt) {
    try {
      attempt.run();
    } catch (FramePackException | WeightException e) {
      String message = String.valueOf(e.getMessage());
      if (message.length() > MAX_MESSAGE_CHARS
          || message.chars().anyMatch(Character::isISOControl)) {
        throw new AssertionError("no message of one short line: " + message, e);
      }
    }
  }
}
