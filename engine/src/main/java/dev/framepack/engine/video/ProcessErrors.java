package dev.framepack.engine.video;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Reads a process's error stream to its end, so that it never blocks, and keeps the beginning: the
 * first cause.
 */
final class ProcessErrors {

  private static final int KEPT_BYTES = 2000;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Thread reader;
  private volatile String kept = "";

  private ProcessErrors(InputStream stream) {
    reader =
        Thread.ofPlatform().daemon().name("framepack-ffmpeg-errors").unstarted(() -> read(stream));
  }

  static ProcessErrors follow(InputStream stream) {
    ProcessErrors errors = new ProcessErrors(stream);
    errors.reader.start();
    return errors;
  }

  /** What the process said; waits a little for a process that is just ending. */
  String text() {
    try {
      reader.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return kept;
  }

  private void read(InputStream stream) {
    try (stream) {
      kept = new String(stream.readNBytes(KEPT_BYTES), StandardCharsets.UTF_8).strip();
      stream.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The process was ended; what it said before is kept.
      System.getLogger(ProcessErrors.class.getName())
          .log(System.Logger.Level.DEBUG, "ffmpeg's errors were cut off: " + e);
    }
  }
}
