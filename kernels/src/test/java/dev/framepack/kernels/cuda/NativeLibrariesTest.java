package dev.framepack.kernels.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where native code comes from, and that planted or damaged files are never loaded. */
class NativeLibrariesTest {
  private static final String PTX =
      """
      .version 8.0
      .target sm_80
      .address_size 64
      .visible .entry nothing()
      {
        ret;
      }
      """;

  @TempDir Path folder = Path.of("");

  /** Runs in a JVM of its own: which classes have loaded what is decided once per process. */
  static final class Child {
    private Child() {}

    public static void main(String[] how) throws ReflectiveOperationException, IOException {
      switch (how[0]) {
        case "ours" -> compile();
        case "jcuda" -> Class.forName(NativeLibrary.PTX_COMPILER.owner());
        default -> {
          compile();
          anotherLoader();
        }
      }
    }

    private static void compile() {
      String before = System.getProperty("java.io.tmpdir");
      report("registers " + PtxCompiler.compile(PTX, "sm_80").registers());
      report("restored " + System.getProperty("java.io.tmpdir").equals(before));
    }

    /** The same classes again, as a second web application has them. */
    private static void anotherLoader() throws ReflectiveOperationException, IOException {
      URL[] path =
          Arrays.stream(System.getProperty("java.class.path").split(":"))
              .map(Child::url)
              .toArray(URL[]::new);
      try (URLClassLoader loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
        Method compile =
            loader
                .loadClass(PtxCompiler.class.getName())
                .getMethod("compile", String.class, String.class);
        compile.invoke(null, PTX, "sm_80");
        report("second loader works");
      } catch (InvocationTargetException e) {
        report("second loader: " + e.getCause());
      }
    }

    private static URL url(String file) {
      try {
        return Path.of(file).toUri().toURL();
      } catch (MalformedURLException e) {
        throw new IllegalArgumentException(file, e);
      }
    }

    @SuppressWarnings("SystemOut")
    private static void report(String line) {
      System.out.println(line);
    }
  }

  private record Run(int status, String output) {}

  private Run run(String how, String... properties) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of(properties));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Child.class.getName(), how));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static byte[] published() throws IOException {
    try (var in =
        NativeLibraries.class.getResourceAsStream(
            "/lib/" + NativeLibrary.PTX_COMPILER.fileName())) {
      return in == null ? new byte[0] : in.readAllBytes();
    }
  }

  @Test
  void aPlantedFileIsNotLoadedAndNothingIsLeftBehind() throws Exception {
    String name = NativeLibrary.PTX_COMPILER.fileName();
    Path planted = Files.writeString(folder.resolve(name), "somebody else's code");
    String shared = "-Djava.io.tmpdir=" + folder;
    Run jcudaAlone = run("jcuda", shared);
    assertTrue(jcudaAlone.status != 0 && jcudaAlone.output.contains(planted.toString()));
    Run ours = run("ours", shared);
    assertEquals(0, ours.status, ours.output);
    assertTrue(ours.output.contains("registers "), ours.output);
    assertTrue(ours.output.contains("restored true"), ours.output);
    assertEquals("somebody else's code", Files.readString(planted));
    assertEquals(List.of(name), files(folder).stream().filter(f -> !f.startsWith("hs")).toList());
  }

  @Test
  void aNamedFolderIsMadePrivateAndUsedAgain() throws Exception {
    Path natives = folder.resolve("a/natives");
    String setting = "-Dframepack.native.dir=" + natives;
    for (int i = 0; i < 2; i++) {
      Run run = run("ours", setting);
      assertEquals(0, run.status, run.output);
      assertEquals(List.of(NativeLibrary.PTX_COMPILER.fileName()), files(natives));
    }
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(natives)));
    assertArrayEquals(
        published(), Files.readAllBytes(natives.resolve(NativeLibrary.PTX_COMPILER.fileName())));
  }

  @Test
  void aSecondClassLoaderIsToldWhoHoldsTheLibrary() throws Exception {
    Run shared = run("twice", "-Dframepack.native.dir=" + folder.resolve("natives"));
    assertEquals(0, shared.status, shared.output);
    assertTrue(
        shared.output.contains("second loader: ") && shared.output.contains("another class loader"),
        shared.output);
    Run fresh = run("twice");
    assertTrue(fresh.output.contains("second loader works"), fresh.output);
  }

  @Test
  void aTamperedFileIsRefused() throws Exception {
    byte[] content = published();
    content[content.length / 2] ^= 1;
    Path file = folder.resolve(NativeLibrary.PTX_COMPILER.fileName());
    PrivateDirectory directory = PrivateDirectory.open(privateFolder().toString());
    String sha256 = NativeLibrary.PTX_COMPILER.sha256();
    IOException resource =
        assertThrows(
            IOException.class,
            () -> directory.place(file.getFileName().toString(), content, sha256));
    assertTrue(String.valueOf(resource.getMessage()).contains("tampered"), resource.getMessage());
    assertFalse(Files.exists(file));
    Files.write(file, content);
    IOException onDisk =
        assertThrows(
            IOException.class,
            () -> directory.place(file.getFileName().toString(), published(), sha256));
    assertTrue(String.valueOf(onDisk.getMessage()).contains(file.toString()), onDisk.getMessage());
    Run run = run("ours", "-Dframepack.native.dir=" + folder);
    assertTrue(run.status != 0 && run.output.contains("SHA-256 must be " + sha256), run.output);
  }

  private Path privateFolder() throws IOException {
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void aFolderOthersCanWriteToOrALinkIsRefused() throws IOException {
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    IOException writable =
        assertThrows(IOException.class, () -> PrivateDirectory.open(open.toString()));
    assertTrue(String.valueOf(writable.getMessage()).contains("chmod 700"), writable.getMessage());
    Path link = Files.createSymbolicLink(folder.resolve("link"), privateFolder());
    IOException linked =
        assertThrows(IOException.class, () -> PrivateDirectory.open(link.toString()));
    assertTrue(String.valueOf(linked.getMessage()).contains("not a link"), linked.getMessage());
  }

  @Test
  void aLinkInTheFolderIsNotFollowed() throws IOException {
    String name = NativeLibrary.PTX_COMPILER.fileName();
    Files.createSymbolicLink(folder.resolve(name), Path.of("/dev/null"));
    PrivateDirectory directory = PrivateDirectory.open(privateFolder().toString());
    IOException refused =
        assertThrows(
            IOException.class,
            () -> directory.place(name, published(), NativeLibrary.PTX_COMPILER.sha256()));
    assertTrue(String.valueOf(refused.getMessage()).contains("regular file"), refused.getMessage());
  }

  @Test
  void everyResourceHasItsPublishedHash() throws IOException {
    for (NativeLibrary library : NativeLibrary.values()) {
      try (var in = NativeLibraries.class.getResourceAsStream("/lib/" + library.fileName())) {
        if (in != null) {
          assertEquals(library.sha256(), PrivateDirectory.sha256(in.readAllBytes()));
        }
      }
    }
  }
}
