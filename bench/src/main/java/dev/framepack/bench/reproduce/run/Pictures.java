package dev.framepack.bench.reproduce.run;

/** Takes the pictures of a run. */
public interface Pictures {

  /**
   * Keeps a picture.
   *
   * @param name relative to the run's folder
   * @throws dev.framepack.engine.OutputException when it cannot be kept
   */
  void write(String name, byte[] png);
}
