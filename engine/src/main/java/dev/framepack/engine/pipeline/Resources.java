package dev.framepack.engine.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What an object holds while it is built and until it is closed: a constructor that fails half-way
 * closes it and leaves no memory behind. The last added is closed first.
 */
final class Resources implements AutoCloseable {

  /** Something that is closed without a checked exception. */
  interface Resource extends AutoCloseable {
    @Override
    void close();
  }

  private final Deque<Resource> held = new ArrayDeque<>();

  /** Holds one more; returns it. */
  <T extends Resource> T add(T object) {
    held.push(object);
    return object;
  }

  /** Does one more thing when closed. */
  void onClose(Resource closing) {
    held.push(closing);
  }

  @Override
  public void close() {
    while (!held.isEmpty()) {
      held.pop().close();
    }
  }
}
