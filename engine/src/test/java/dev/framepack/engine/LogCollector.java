package dev.framepack.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What is logged below a name while it is open. */
public final class LogCollector extends Handler implements AutoCloseable {
  private final Logger logger;
  private final Level before;
  private final boolean printedBefore;
  private final List<LogRecord> records = Collections.synchronizedList(new ArrayList<>());

  private LogCollector(Logger logger, Level level) {
    this.logger = logger;
    this.before = logger.getLevel();
    this.printedBefore = logger.getUseParentHandlers();
    logger.setLevel(level);
    logger.setUseParentHandlers(false);
    logger.addHandler(this);
    setLevel(Level.ALL);
  }

  static LogCollector of(String name) {
    return of(name, Level.INFO);
  }

  public static LogCollector of(String name, Level level) {
    return new LogCollector(Logger.getLogger(name), level);
  }

  /** As a log would show them, without date and level. */
  public List<String> messages() {
    SimpleFormatter formatter = new SimpleFormatter();
    synchronized (records) {
      return records.stream().map(formatter::formatMessage).toList();
    }
  }

  @Override
  public void publish(LogRecord entry) {
    if (isLoggable(entry)) {
      records.add(entry);
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(printedBefore);
    logger.setLevel(before);
  }
}
