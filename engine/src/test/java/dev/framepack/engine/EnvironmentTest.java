package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.kernels.fault.Faults;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same video and the same messages whatever the JVM is started with, or one line that says what
 * is missing. Each case is a JVM of its own; two work at a time, from before the first test on.
 */
@Timeout(300)
final class EnvironmentTest {
  private static final List<String> USUAL =
      List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED");
  private static final ExecutorService JVMS = Executors.newFixedThreadPool(2);

  private static final Future<Run> AS_USUAL = start(USUAL, "all");
  private static final Future<Run> TURKISH =
      start(
          with("-Duser.language=tr", "-Duser.country=TR", "-Dfile.encoding=COMPAT", "-XX:+UseZGC"),
          Map.of("LC_ALL", "C"),
          "all");
  private static final Future<Run> EGYPTIAN =
      start(
          with(
              "-Duser.language=ar",
              "-Duser.country=EG",
              "-Duser.timezone=Asia/Kathmandu",
              "-XX:TieredStopAtLevel=1",
              "--illegal-native-access=deny"),
          "all");
  private static final Future<Run> CHECKING_JNI = start(with("-Xcheck:jni"), "video");
  private static final Future<Run> NATIVE_ACCESS_DENIED =
      start(List.of("--add-modules=jdk.incubator.vector", "--illegal-native-access=deny"), "video");
  private static final Future<Run> NATIVE_ACCESS_DENIED_TO_PROBE =
      start(List.of("--illegal-native-access=deny"), "probe");
  private static final Future<Run> WITHOUT_VECTOR_API =
      start(List.of("--enable-native-access=ALL-UNNAMED"), "video");
  private static final Future<Run> CLASS_LOADERS =
      start(with("-XX:TieredStopAtLevel=1"), "loaders");
  private static final Future<Run> HEAP_TOO_SMALL = start(with("-Xmx10m"), "video");
  private static final Future<Run> HEAP_HARDLY_ENOUGH = start(with("-Xmx14m"), "video");

  @TempDir Path folder;

  /** What runs in the other JVM. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws Exception {
      // Whatever the default charset is, this test reads UTF-8.
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      switch (args[0]) {
        case "video" -> out.println(video(BackendKind.CPU));
        case "all" -> {
          out.println(video(BackendKind.CPU));
          messages().forEach(out::println);
        }
        case "emulated" -> out.println(video(BackendKind.CUDA_EMULATED));
        case "loaders" -> out.print(loaders());
        case "probe" -> out.println("probe: " + Probe.run());
        default -> throw new IllegalArgumentException(args[0]);
      }
    }

    private static String video(BackendKind backend) throws Exception {
      EngineConfig config =
          EngineConfig.builder()
              .models(TinyVideos.CHECKPOINT)
              .backend(backend)
              .precision(Precision.FLOAT32)
              .threads(1)
              .build();
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (FramePackEngine engine = FramePack.open(config);
          VideoResult video =
              engine.generate(TinyVideos.request().build(), GenerationListener.NONE)) {
        video.forEachFrame(frame -> digest.update(frame.buffer()));
        return "frames " + HexFormat.of().formatHex(digest.digest());
      } catch (FramePackException e) {
        return "refused " + e.getMessage();
      }
    }

    /** Messages with numbers, names and fractions of every kind. */
    private static List<String> messages() {
      List<Runnable> failures =
          List.of(
              () -> TinyVideos.request().steps(1234567).seconds(12345.678).size(1234, 9999).build(),
              () -> PackingNotation.parse("f12345k9_g9876543210"),
              () -> HistoryPolicy.parse("noise:12345.678"),
              () -> Rgb8Image.read(Path.of("TITI.png")),
              () -> EngineConfig.builder().models(TinyVideos.CHECKPOINT).threads(123456).build(),
              () -> FaultEngines.device(new Faults()).allocate("x", 1L << 40));
      List<String> messages = new ArrayList<>();
      for (Runnable failure : failures) {
        try {
          failure.run();
          messages.add("accepted");
        } catch (RuntimeException e) {
          messages.add(String.valueOf(e.getMessage()));
        }
      }
      return messages;
    }

    /** The engine in class loaders that know nothing of each other: two at once, then another. */
    private static String loaders() throws Exception {
      StringBuilder out = new StringBuilder();
      URL[] jars = jars();
      try (URLClassLoader first = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader());
          URLClassLoader second = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader())) {
        out.append(videoIn(first)).append('\n').append(videoIn(second)).append('\n');
      }
      try (URLClassLoader third = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader())) {
        out.append(videoIn(third)).append('\n');
      }
      return out.toString();
    }

    private static Object videoIn(ClassLoader loader) throws ReflectiveOperationException {
      Class<?> kind = loader.loadClass(BackendKind.class.getName());
      var method = loader.loadClass(Child.class.getName()).getDeclaredMethod("video", kind);
      method.setAccessible(true);
      return method.invoke(null, kind.getField("CPU").get(null));
    }

    private static URL[] jars() throws MalformedURLException {
      List<URL> urls = new ArrayList<>();
      for (String entry : System.getProperty("java.class.path").split(":", -1)) {
        urls.add(Path.of(entry).toUri().toURL());
      }
      return urls.toArray(URL[]::new);
    }
  }

  private record Run(int status, String out) {
    /** Without the JVM's own warnings. */
    List<String> lines() {
      return out.lines().filter(line -> !line.startsWith("WARNING: ")).toList();
    }

    /** The video is the usual one. */
    void assertSameVideo() throws Exception {
      assertThat(lines()).as(out).contains(AS_USUAL.get().lines().getFirst());
    }

    /** The video and all messages are the usual ones. */
    void assertSame() throws Exception {
      assertThat(lines()).isEqualTo(AS_USUAL.get().lines());
    }
  }

  private static Future<Run> start(List<String> flags, String how) {
    return start(flags, Map.of(), how);
  }

  private static Future<Run> start(
      List<String> flags, Map<String, String> environment, String how) {
    return JVMS.submit(() -> run(flags, environment, how));
  }

  private static Run run(List<String> flags, Map<String, String> environment, String how)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Child.class.getName(), how));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), out);
  }

  private static List<String> with(String... flags) {
    return Stream.concat(USUAL.stream(), Arrays.stream(flags)).toList();
  }

  @AfterAll
  static void shutDown() {
    JVMS.shutdownNow();
  }

  @Test
  void asUsualThereAreAVideoAndMessages() throws Exception {
    Run run = AS_USUAL.get();
    assertThat(run.status()).as(run.out()).isZero();
    assertThat(run.lines().getFirst()).startsWith("frames ");
    assertThat(run.out()).contains("1234567").doesNotContain("accepted");
  }

  @Test
  void localeTimeZoneCharsetAndCollectorChangeNothing() throws Exception {
    TURKISH.get().assertSame();
  }

  /** With another locale and without the optimising compiler, too. */
  @Test
  void nativeAccessThatIsDeniedToOthersChangesNothing() throws Exception {
    EGYPTIAN.get().assertSame();
  }

  @Test
  void checkedNativeCallsAreCorrect() throws Exception {
    CHECKING_JNI.get().assertSameVideo();
    assertThat(CHECKING_JNI.get().out()).doesNotContain("FATAL ERROR in native method");
  }

  @Test
  void nativeAccessThatIsDeniedIsSaidSo() throws Exception {
    assertThat(NATIVE_ACCESS_DENIED.get().out())
        .contains("refused NATIVE_ACCESS", "--enable-native-access");
    Run probe = NATIVE_ACCESS_DENIED_TO_PROBE.get();
    assertThat(probe.status()).as(probe.out()).isZero();
    assertThat(probe.out()).contains("probe: ");
  }

  @Test
  void withoutTheVectorModuleItSaysSo() throws Exception {
    assertThat(WITHOUT_VECTOR_API.get().out()).contains("refused ", "jdk.incubator.vector");
  }

  /** Each loader unpacks a library of its own, so several work in one JVM. */
  @Test
  void severalClassLoadersWorkInOneJvm() throws Exception {
    Run run = CLASS_LOADERS.get();
    assertThat(run.lines())
        .as(run.out())
        .hasSize(3)
        .containsOnly(AS_USUAL.get().lines().getFirst());
  }

  /** A file that lies where the library's own loader would look is not loaded. */
  @Test
  void plantedLibrariesAreNotLoaded() throws Exception {
    Path cache = folder.resolve(".djl.ai/tokenizers");
    for (String platform : List.of("linux-x86_64", "linux-aarch64")) {
      Path planted = cache.resolve("%s-cpu-%s".formatted(tokenizersVersion(), platform));
      Files.createDirectories(planted);
      Files.writeString(planted.resolve("libtokenizers.so"), "somebody else's code");
    }
    Map<String, String> home = Map.of("HOME", folder.toString());
    run(with("-Duser.home=" + folder, "-Djava.io.tmpdir=" + folder), home, "video")
        .assertSameVideo();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .filteredOn(name -> name.startsWith("framepack"))
          .isEmpty();
    }
  }

  private static String tokenizersVersion() throws IOException {
    Properties properties = new Properties();
    String name = "native/lib/tokenizers.properties";
    try (InputStream in =
        Objects.requireNonNull(LibUtils.class.getClassLoader().getResourceAsStream(name))) {
      properties.load(in);
    }
    return Objects.requireNonNull(properties.getProperty("version"));
  }

  @Test
  void aTemporaryFolderThatCannotBeWrittenIsSaidSo() throws Exception {
    Path readOnly = Files.createDirectory(folder.resolve("read-only"));
    Path file = Files.createFile(readOnly.resolve("file")); // no folder at all, for root too
    Future<Run> refused = start(with("-Djava.io.tmpdir=" + file), "video");
    Path own = folder.resolve("own");
    Future<Run> elsewhere =
        start(with("-Djava.io.tmpdir=" + readOnly, "-Dframepack.native.dir=" + own), "video");
    assertThat(refused.get().out()).contains("refused NATIVE_TOKENIZERS", "-Dframepack.native.dir");
    elsewhere.get().assertSameVideo();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own))).startsWith("rwx");
  }

  @Test
  void aSmallHeapIsATypedFailure() throws Exception {
    assertThat(HEAP_TOO_SMALL.get().out())
        .contains("refused HOST_MEMORY", "-Xmx")
        .doesNotContain("frames ");
  }

  /** Parts of the work may find no room: the same video or a typed failure. */
  @Test
  void aHeapThatIsHardlyEnoughGivesTheVideoOrATypedFailure() throws Exception {
    Run run = HEAP_HARDLY_ENOUGH.get();
    if (run.out().contains("frames ")) {
      run.assertSameVideo();
    } else {
      assertThat(run.out()).containsAnyOf("refused HOST_MEMORY", "OutOfMemoryError");
    }
  }
}
