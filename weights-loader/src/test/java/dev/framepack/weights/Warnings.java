package dev.framepack.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** The warnings the module logs while it is open, as one line each. */
public final class Warnings extends Handler implements AutoCloseable {
  private final Logger logger = Logger.getLogger("dev.framepack.weights");
  private final List<String> lines = new ArrayList<>();

  public Warnings() {
    logger.addHandler(this);
  }

  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void publish(LogRecord record) {
    if (record.getLevel() == Level.WARNING) {
      lines.add(new SimpleFormatter().formatMessage(record));
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
