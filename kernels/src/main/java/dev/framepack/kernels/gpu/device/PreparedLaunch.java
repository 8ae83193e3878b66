package dev.framepack.kernels.gpu.device;

/** A launch fixed by {@link Device#prepare}; belongs to that device. */
public interface PreparedLaunch extends AutoCloseable {
  Launch launch();

  @Override
  void close();
}
