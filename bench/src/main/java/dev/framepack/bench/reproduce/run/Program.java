package dev.framepack.bench.reproduce.run;

import dev.framepack.engine.FramePackEngine;
import dev.framepack.engine.hash.Sha256;
import dev.framepack.kernels.Backend;
import dev.framepack.weights.WeightFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * The program that runs, so that results of another are told from its own.
 *
 * @param hash SHA-256 of the classes and resources in the jars of engine, kernels, weights-loader
 *     and this module; {@code classes} where it does not run from jars
 * @param commit of the sources it was built from, as the build was told; {@code unknown} where it
 *     was not
 */
record Program(String hash, String commit) {
  private static final String CLASSES = "classes";
  private static final String COMMIT = "Build-Commit";
  private static final String OWN = "dev/framepack/";

  /**
   * What decides no result: how it is shown, where it is made, what long videos cost, and what is
   * asked for, which stands in the request.
   */
  private static final List<String> BESIDE =
      List.of(
          OWN + "bench/reproduce/suite/",
          OWN + "bench/reproduce/report/",
          OWN + "bench/reproduce/spark/",
          OWN + "bench/reproduce/length/");

  /**
   * This program.
   *
   * @throws dev.framepack.engine.OutputException {@code OUTPUT_IO} when a jar cannot be read
   */
  static Program running() {
    List<Path> jars = new ArrayList<>();
    for (Class<?> type :
        List.of(Program.class, FramePackEngine.class, Backend.class, WeightFile.class)) {
      Path jar = jar(type);
      if (jar == null) {
        return new Program(CLASSES, Machine.UNKNOWN);
      }
      jars.add(jar);
    }
    return of(jars);
  }

  private static @Nullable Path jar(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    try {
      Path path = source == null ? null : Path.of(source.getLocation().toURI());
      return path != null && Files.isRegularFile(path) ? path : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  /**
   * @param jars the first of which knows the commit
   */
  static Program of(List<Path> jars) {
    MessageDigest digest = Sha256.digest();
    for (Path jar : jars) {
      try (JarFile file = new JarFile(jar.toFile())) {
        update(digest, file);
      } catch (IOException e) {
        throw AtomicFile.failure(jar, e);
      }
    }
    return new Program(Sha256.hex(digest), commit(jars.getFirst()));
  }

  /** Names and contents, but neither times nor manifests: the same sources have the same hash. */
  private static void update(MessageDigest digest, JarFile file) throws IOException {
    List<? extends ZipEntry> entries =
        file.stream()
            .filter(entry -> isPart(entry.getName()) && !entry.isDirectory())
            .sorted(Comparator.comparing(ZipEntry::getName))
            .toList();
    for (ZipEntry entry : entries) {
      digest.update(entry.getName().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      try (InputStream content = file.getInputStream(entry)) {
        digest.update(Sha256.of(content.readAllBytes()).getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  private static boolean isPart(String name) {
    return name.startsWith(OWN) && BESIDE.stream().noneMatch(name::startsWith);
  }

  private static String commit(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      String commit = manifest == null ? null : manifest.getMainAttributes().getValue(COMMIT);
      return commit == null || commit.isBlank() ? Machine.UNKNOWN : commit;
    } catch (IOException e) {
      throw AtomicFile.failure(jar, e);
    }
  }
}
