package dev.framepack.engine;

/** As many jobs wait as may; nothing was submitted. */
public final class QueueFullException extends FramePackException {
  private static final long serialVersionUID = 1L;

  private final int queueLength;

  /**
   * @param queueLength jobs that wait
   */
  public QueueFullException(int queueLength) {
    super(
        "QUEUE_FULL",
        "%s jobs are waiting, as many as may".formatted(queueLength),
        "submit again when one has ended, or open the engine with a larger queue limit",
        null);
    this.queueLength = queueLength;
  }

  /** Jobs that were waiting. */
  public int queueLength() {
    return queueLength;
  }
}
