package dev.framepack.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Names what a file that cannot be safetensors looks like instead. */
final class ForeignFormat {
  private static final int SNIFF_BYTES = 256;

  private ForeignFormat() {}

  /** Throws {@code ST_NOT_SAFETENSORS} when the file begins like a known other format. */
  static void refuse(Path file, FileChannel channel) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(SNIFF_BYTES);
    channel.read(head, 0);
    String text = new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
    String kind = kindOf(text);
    if (kind != null) {
      throw WeightException.in(
          WeightError.ST_NOT_SAFETENSORS, file, "this is not safetensors: it looks like " + kind);
    }
  }

  private static @Nullable String kindOf(String head) {
    String lower = head.stripLeading().toLowerCase(Locale.ROOT);
    if (lower.startsWith("version https://git-lfs")) {
      return "a git-lfs pointer (run git lfs pull)";
    }
    if (lower.startsWith("<!doctype") || lower.startsWith("<html") || lower.startsWith("<?xml")) {
      return "an HTML page (an error page saved by a download)";
    }
    if (head.startsWith("PK\u0003\u0004")) {
      return "a zip (PyTorch pickle); convert it to safetensors";
    }
    if (head.startsWith("\u0080\u0002")
        || head.startsWith("\u0080\u0003")
        || head.startsWith("\u0080\u0004")) {
      return "a Python pickle; convert it to safetensors";
    }
    if (lower.startsWith("{") || lower.startsWith("[")) {
      return "JSON text";
    }
    return null;
  }
}
