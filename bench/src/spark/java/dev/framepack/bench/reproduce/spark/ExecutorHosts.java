package dev.framepack.bench.reproduce.spark;

import dev.framepack.engine.CancelledException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The hosts of this process: opened when the first cell asks, shared by all cells that ask for the
 * same on the same device, closed when the process ends.
 */
final class ExecutorHosts {
  private static final Map<Key, CellHost> HOSTS = new ConcurrentHashMap<>();
  private static volatile boolean ending;

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  ending = true;
                  close();
                },
                "framepack-executor-end"));
  }

  private ExecutorHosts() {}

  private record Key(CellHost.Factory factory, int device) {}

  /**
   * The host of these options on this device.
   *
   * @throws CancelledException when the process ends
   */
  static CellHost get(CellHost.Factory factory, int device) {
    return HOSTS.computeIfAbsent(
        new Key(factory, device),
        key -> {
          if (ending) {
            throw new CancelledException("CANCELLED", "the executor ends", "", null);
          }
          return factory.open(device);
        });
  }

  /** Whether cells should stop because the process ends. */
  static boolean isEnding() {
    return ending;
  }

  /** Closes all, each once its cell is finished. */
  static void close() {
    HOSTS
        .keySet()
        .forEach(key -> {
          CellHost host = HOSTS.remove(key);
          if (host != null) {
            host.close();
          }
        });
  }
}
