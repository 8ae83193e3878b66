package dev.framepack.weights;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint is not what it should be.
 *
 * <p>The message is one line of at most {@value #MAX_MESSAGE_CHARS} characters: code, file, tensor,
 * what was found and expected, remedy. Text from files is escaped before it enters a message.
 */
public final class WeightException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_MESSAGE_CHARS = 400;
  private static final int MAX_PATH_CHARS = 80;
  private static final int MAX_NAME_CHARS = 80;

  private final WeightError error;

  private WeightException(WeightError error, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.error = error;
  }

  /** A fault of a file, or of no file in particular. */
  public static WeightException in(WeightError error, @Nullable Path file, String problem) {
    return inTensor(error, file, null, problem);
  }

  /** A fault of a file that another exception explains. */
  public static WeightException in(
      WeightError error, @Nullable Path file, String problem, Throwable cause) {
    return new WeightException(error, message(error, file, null, problem), cause);
  }

  /** A fault of one tensor. */
  public static WeightException inTensor(
      WeightError error, @Nullable Path file, @Nullable String tensor, String problem) {
    return new WeightException(error, message(error, file, tensor, problem), null);
  }

  /** A fault of one tensor that another exception explains. */
  static WeightException inTensor(
      WeightError error, @Nullable Path file, String tensor, String problem, Throwable cause) {
    return new WeightException(error, message(error, file, tensor, problem), cause);
  }

  /** The stable code, for programs. */
  public String code() {
    return error.name();
  }

  public WeightError error() {
    return error;
  }

  /** What the user can do. */
  public String remedy() {
    return error.remedy();
  }

  private static String message(
      WeightError error, @Nullable Path file, @Nullable String tensor, String problem) {
    String head = error.name() + ": ";
    if (file != null) {
      head += keepTail(MessageText.escape(file.toString()), MAX_PATH_CHARS) + ": ";
    }
    if (tensor != null) {
      head += "tensor " + MessageText.quote(tensor, MAX_NAME_CHARS) + ": ";
    }
    String tail = "; " + error.remedy();
    int room = MAX_MESSAGE_CHARS - head.length() - tail.length();
    return head + MessageText.abbreviate(MessageText.escape(problem), room) + tail;
  }

  private static String keepTail(String text, int limit) {
    return text.length() <= limit ? text : "..." + text.substring(text.length() - limit + 3);
  }
}
