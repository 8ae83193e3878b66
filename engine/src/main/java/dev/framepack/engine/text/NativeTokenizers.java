package dev.framepack.engine.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.framepack.engine.NativeLoadException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The native library of Hugging Face tokenizers as the DJL project packages it, loaded on first use
 * from the class path.
 *
 * <p>While it loads, and only then, four system properties are changed: {@code ENGINE_CACHE_DIR},
 * so that it is unpacked into a fresh private folder, where the loader would otherwise take a file
 * that lies under a known name in the home folder or, where that is not writable, in the shared
 * temporary folder; {@code ai.djl.offline}, so that nothing is fetched from the network; {@code
 * RUST_FLAVOR=cpu}, because on a machine with a GPU the loader would look for a CUDA build that is
 * not on the class path; {@code slf4j.internal.verbosity}, so that an application without a logging
 * provider gets no lines on its error output. The library is called directly: DJL's own tokenizer
 * class reports its use over the network unless told otherwise, and truncates at 512 tokens when no
 * length is given.
 */
final class NativeTokenizers {
  private static final String FOLDER_PROPERTY = "ENGINE_CACHE_DIR";
  private static final Map<String, String> LOADING_PROPERTIES =
      Map.of("ai.djl.offline", "true", "RUST_FLAVOR", "cpu", "slf4j.internal.verbosity", "ERROR");

  private static @Nullable TokenizersLibrary library;

  private NativeTokenizers() {}

  /**
   * The library, loaded.
   *
   * @throws NativeLoadException {@code NATIVE_TOKENIZERS} when it cannot be unpacked or loaded
   */
  static synchronized TokenizersLibrary library() {
    TokenizersLibrary known = library;
    if (known == null) {
      try (UnpackFolder folder = UnpackFolder.open()) {
        known = load(folder);
      }
      library = known;
    }
    return known;
  }

  private static TokenizersLibrary load(UnpackFolder folder) {
    Map<String, @Nullable String> before = new TreeMap<>();
    LOADING_PROPERTIES.forEach((key, value) -> before.put(key, System.setProperty(key, value)));
    before.put(FOLDER_PROPERTY, System.setProperty(FOLDER_PROPERTY, folder.path().toString()));
    try {
      LibUtils.checkStatus();
      return TokenizersLibrary.LIB;
    } catch (EngineException | LinkageError | IllegalCallerException e) {
      throw failure(e);
    } finally {
      before.forEach(NativeTokenizers::restore);
    }
  }

  /** The loader's own exceptions say only that something went wrong; what did is at the bottom. */
  private static NativeLoadException failure(Throwable failure) {
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    boolean denied = deepest instanceof IllegalCallerException;
    return new NativeLoadException(
        denied ? "NATIVE_ACCESS" : "NATIVE_TOKENIZERS",
        "the tokenizer library could not be loaded: " + deepest.getMessage(),
        denied ? "start Java with --enable-native-access=ALL-UNNAMED" : UnpackFolder.REMEDY,
        failure);
  }

  private static void restore(String key, @Nullable String value) {
    if (value == null) {
      System.clearProperty(key);
    } else {
      System.setProperty(key, value);
    }
  }
}
