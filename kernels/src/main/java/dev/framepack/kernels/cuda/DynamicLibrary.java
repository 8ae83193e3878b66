package dev.framepack.kernels.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * Shared libraries by the names the system's loader knows, and its words when one cannot be loaded.
 */
final class DynamicLibrary {
  private static final int RTLD_LAZY = 1;

  private static final Linker LINKER = Linker.nativeLinker();

  private static final MethodHandle DLOPEN =
      libc(
          "dlopen",
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

  // Bound before any call: looking a function up clears the error it would report.
  private static final MethodHandle DLERROR =
      libc("dlerror", FunctionDescriptor.of(ValueLayout.ADDRESS));

  /**
   * One attempt to load a library.
   *
   * @param refusal why not, null when it loads
   */
  record Attempt(String name, @Nullable String refusal) {
    boolean loads() {
      return refusal == null;
    }
  }

  private DynamicLibrary() {}

  /** Tries to load a library; a loaded one stays for the life of the process. */
  static Attempt load(String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle =
          (MemorySegment) DLOPEN.invokeExact(arena.allocateFrom(name), RTLD_LAZY);
      return new Attempt(name, handle.address() == 0 ? lastError() : null);
    } catch (Throwable e) {
      return new Attempt(name, e.toString());
    }
  }

  private static String lastError() throws Throwable {
    MemorySegment text = (MemorySegment) DLERROR.invokeExact();
    return text.address() == 0 ? "no reason given" : text.reinterpret(4096).getString(0);
  }

  private static MethodHandle libc(String function, FunctionDescriptor type) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(function), type);
  }

  /** A function of a library that loads. */
  static MethodHandle function(String library, String function, FunctionDescriptor type) {
    SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
    return LINKER.downcallHandle(symbols.findOrThrow(function), type);
  }
}
