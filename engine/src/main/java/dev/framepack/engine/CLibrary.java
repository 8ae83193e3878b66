package dev.framepack.engine;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The C library of this process. */
final class CLibrary {
  private static final long LONGEST_VERSION = 64;

  private CLibrary() {}

  /**
   * The version of glibc.
   *
   * @throws RuntimeException where it is another library, or native access is denied
   */
  static String version() {
    Linker linker = Linker.nativeLinker();
    MemorySegment symbol = linker.defaultLookup().findOrThrow("gnu_get_libc_version");
    try {
      MemorySegment text =
          (MemorySegment)
              linker
                  .downcallHandle(symbol, FunctionDescriptor.of(ValueLayout.ADDRESS))
                  .invokeExact();
      return text.reinterpret(LONGEST_VERSION).getString(0);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
