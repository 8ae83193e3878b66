package dev.framepack.kernels.emulator;

import dev.framepack.kernels.emulator.exec.Program;
import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decoded programs of all devices of the process, while memory allows: they are immutable, and a
 * test opens a device for every case.
 */
final class ProgramCache {
  private record Key(String ptx, String entry, EmulatorOptions options) {}

  private static final Map<Key, SoftReference<Program>> PROGRAMS = new ConcurrentHashMap<>();

  private ProgramCache() {}

  static Program get(String ptx, String entry, EmulatorOptions options, Supplier<Program> decode) {
    Key key = new Key(ptx, entry, options);
    SoftReference<Program> reference = PROGRAMS.get(key);
    @Nullable Program known = reference == null ? null : reference.get();
    if (known == null) {
      known = decode.get();
      PROGRAMS.put(key, new SoftReference<>(known));
    }
    return known;
  }
}
