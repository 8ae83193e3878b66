package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.engine.history.HistoryPolicy;
import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.packing.PackingNotation;
import dev.framepack.kernels.fault.Faults;
import java.io.IOException;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same video and the same messages whatever the JVM is started with, or one line that says what
 * is missing. Each case is a JVM of its own.
 */
final class EnvironmentTest {
  private static final List<String> USUAL =
      List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED");
  private static String usual = "";

  @TempDir Path folder;

  /** What runs in the other JVM. */
  static final class Child {
    private Child() {}

    public static void main(String[] how) throws Exception {
      // Whatever the default charset is, this test reads UTF-8.
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      switch (how[0]) {
        case "video" -> out.println(video(BackendKind.CPU));
        case "all" -> {
          out.println(video(BackendKind.CPU));
          messages().forEach(out::println);
        }
        case "emulated" -> out.println(video(BackendKind.CUDA_EMULATED));
        case "loaders" -> out.print(loaders(Integer.parseInt(how[1])));
        case "probe" -> out.println("probe: " + Probe.run());
        default -> throw new IllegalArgumentException(how[0]);
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

    /** The engine in class loaders that know nothing of each other, at once and one by one. */
    private static String loaders(int count) throws Exception {
      StringBuilder out = new StringBuilder();
      URL[] jars = jars();
      try (URLClassLoader first = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader());
          URLClassLoader second = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader())) {
        out.append(videoIn(first)).append('\n').append(videoIn(second)).append('\n');
      }
      for (int i = 0; i < count; i++) {
        try (URLClassLoader again =
            new URLClassLoader(jars, ClassLoader.getPlatformClassLoader())) {
          out.append(videoIn(again)).append('\n');
        }
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
  }

  private static Run run(List<String> flags, Map<String, String> environment, String... how)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
    command.addAll(Arrays.asList(how));
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

  @BeforeAll
  static void asUsual() throws IOException, InterruptedException {
    Run run = run(USUAL, Map.of(), "all");
    assertThat(run.status()).as(run.out()).isZero();
    usual = String.join("\n", run.lines());
    assertThat(usual).startsWith("frames ").contains("1234567").doesNotContain("accepted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Duser.language=tr -Duser.country=TR",
        "-Duser.language=ar -Duser.country=EG -Duser.timezone=Asia/Kathmandu",
        "-Duser.language=de -Dfile.encoding=COMPAT"
      })
  void neitherLocaleNorTimeZoneNorCharsetChangesAnything(String flags) throws Exception {
    Run run = run(with(flags.split(" ")), Map.of("LC_ALL", "C"), "all");
    assertThat(String.join("\n", run.lines())).isEqualTo(usual);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-XX:+UseZGC", "-Xcheck:jni"})
  void virtualMachineOptionsChangeNoFrame(String flag) throws Exception {
    Run run = run(with(flag), Map.of(), "video");
    assertThat(run.lines()).as(run.out()).contains(usual.lines().findFirst().orElseThrow());
    assertThat(run.out()).doesNotContain("FATAL ERROR in native method");
  }

  @Test
  void nativeAccessThatIsDeniedIsGivenByAFlag() throws Exception {
    Run allowed = run(with("--illegal-native-access=deny"), Map.of(), "all");
    assertThat(String.join("\n", allowed.lines())).isEqualTo(usual);
    Run denied =
        run(
            List.of("--add-modules=jdk.incubator.vector", "--illegal-native-access=deny"),
            Map.of(),
            "video");
    assertThat(denied.out()).contains("refused NATIVE_ACCESS", "--enable-native-access");
    Run probe = run(List.of("--illegal-native-access=deny"), Map.of(), "probe");
    assertThat(probe.status()).as(probe.out()).isZero();
    assertThat(probe.out()).contains("probe: ");
  }

  @Test
  void withoutTheVectorModuleItSaysSo() throws Exception {
    Run run = run(List.of("--enable-native-access=ALL-UNNAMED"), Map.of(), "video");
    assertThat(run.out()).contains("refused ", "jdk.incubator.vector");
  }

  /** Each loader unpacks a library of its own, so several work in one JVM. */
  @Test
  void severalClassLoadersWorkInOneJvm() throws Exception {
    Run run = run(USUAL, Map.of(), "loaders", "3");
    assertThat(run.lines()).as(run.out()).hasSize(5).containsOnly(usual.lines().findFirst().get());
  }

  /** A file that lies where the library's own loader would look is not loaded. */
  @Test
  void plantedLibrariesAreNotLoaded() throws Exception {
    Path cache = Files.createDirectories(folder.resolve(".djl.ai/tokenizers"));
    Path planted = Files.createDirectories(cache.resolve("0.21.0-0.38.0-cpu-linux-x86_64"));
    Files.writeString(planted.resolve("libtokenizers.so"), "somebody else's code");
    Run run =
        run(
            with("-Duser.home=" + folder, "-Djava.io.tmpdir=" + folder),
            Map.of("HOME", folder.toString()),
            "video");
    assertThat(run.lines()).as(run.out()).contains(usual.lines().findFirst().orElseThrow());
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .filteredOn(name -> name.startsWith("framepack"))
          .isEmpty();
    }
  }

  @Test
  void aTemporaryFolderThatCannotBeWrittenIsSaidSo() throws Exception {
    Path readOnly = Files.createDirectory(folder.resolve("read-only"));
    Path file = Files.createFile(readOnly.resolve("file")); // no folder at all, for root too
    Run run = run(with("-Djava.io.tmpdir=" + file), Map.of(), "video");
    assertThat(run.out()).contains("refused NATIVE_TOKENIZERS", "-Dframepack.native.dir");
    Path own = folder.resolve("own");
    Run elsewhere =
        run(
            with("-Djava.io.tmpdir=" + readOnly, "-Dframepack.native.dir=" + own),
            Map.of(),
            "video");
    assertThat(elsewhere.lines()).contains(usual.lines().findFirst().orElseThrow());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own))).startsWith("rwx");
  }

  /** The heap is too small for the work, or for parts of it: the same video or a typed failure. */
  @ParameterizedTest
  @ValueSource(ints = {12, 24})
  void aSmallHeapGivesTheVideoOrATypedFailure(int megabytes) throws Exception {
    Run run = run(with("-Xmx" + megabytes + "m"), Map.of(), "video");
    if (run.lines().stream().noneMatch(usual.lines().findFirst().orElseThrow()::equals)) {
      assertThat(run.out()).containsAnyOf("refused HOST_MEMORY", "OutOfMemoryError");
      assertThat(run.out()).doesNotContain("frames ");
    }
  }
}
