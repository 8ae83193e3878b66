package dev.framepack.engine.json;

/** A text that is no JSON object; whoever asked for it says what that means. */
final class MalformedJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedJsonException(String message) {
    super(message);
  }
}
