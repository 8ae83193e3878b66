package dev.framepack.engine.video;

import dev.framepack.engine.hash.Sha256;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ffmpeg program, run as a process only: the system's if it can encode H.264 with libx264, else
 * the statically linked one of {@code ws.schild:jave-nativebin-linux64}, if that is on the class
 * path.
 *
 * <p>The bundled one is unpacked for one use, into a new directory nobody else can enter, checked
 * against its known hash, and removed on close.
 */
public final class Ffmpeg implements AutoCloseable {

  private static final String RESOURCE = "ws/schild/jave/nativebin/ffmpeg-amd64";
  private static final String RESOURCE_SHA256 =
      "3ea58083710f63bf920b16c7d5d24ae081e7d731f57a656fed11af0410d4eb48";
  private static final int PROBE_SECONDS = 20;

  private final Path program;
  private final @Nullable Path ownDirectory;

  private Ffmpeg(Path program, @Nullable Path ownDirectory) {
    this.program = program;
    this.ownDirectory = ownDirectory;
  }

  /**
   * Finds a program that can write MP4.
   *
   * @throws dev.framepack.engine.OutputException {@code OUTPUT_FFMPEG_MISSING} when there is none
   */
  public static Ffmpeg find() {
    String path = System.getenv("PATH");
    return find(path == null ? "" : path, Ffmpeg.class.getClassLoader());
  }

  /** A program at a known place; it is not probed. */
  public static Ffmpeg at(Path program) {
    return new Ffmpeg(program.toAbsolutePath(), null);
  }

  static Ffmpeg find(String searchPath, ClassLoader bundle) {
    List<String> rejected = new ArrayList<>();
    for (String directory : searchPath.split(Pattern.quote(File.pathSeparator), -1)) {
      // An empty entry means the working directory, which anyone may have filled.
      Path candidate = directory.isEmpty() ? null : Path.of(directory, "ffmpeg");
      if (candidate != null && candidate.isAbsolute() && Files.isExecutable(candidate)) {
        String problem = probe(candidate);
        if (problem == null) {
          return at(candidate);
        }
        rejected.add(candidate + " " + problem);
        break;
      }
    }
    if (rejected.isEmpty()) {
      rejected.add("none on PATH");
    }
    return unpack(bundle, rejected);
  }

  /** The executable's absolute path; valid until close. */
  public Path program() {
    return program;
  }

  /** Where it comes from, for people. */
  public String description() {
    return ownDirectory == null ? program.toString() : "the bundled one";
  }

  @Override
  public void close() {
    if (ownDirectory == null) {
      return;
    }
    try {
      Files.deleteIfExists(program);
      Files.deleteIfExists(ownDirectory);
    } catch (IOException e) {
      System.getLogger(Ffmpeg.class.getName())
          .log(System.Logger.Level.WARNING, "unpacked ffmpeg not removed: " + e);
    }
  }

  private static Ffmpeg unpack(ClassLoader bundle, List<String> rejected) {
    try (InputStream resource = bundle.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        rejected.add("none bundled on the class path");
        throw OutputErrors.ffmpegMissing(String.join(", ", rejected), null);
      }
      // A new directory with mode 0700, so nobody else can put or change a file in it.
      Path directory = Files.createTempDirectory("framepack-ffmpeg-");
      Ffmpeg unpacked = new Ffmpeg(directory.resolve("ffmpeg"), directory);
      String problem;
      try {
        problem = copyChecked(resource, unpacked.program);
      } catch (IOException e) {
        unpacked.close();
        throw e;
      }
      problem = problem == null ? probe(unpacked.program) : problem;
      if (problem != null) {
        unpacked.close();
        rejected.add("the bundled one " + problem);
        throw OutputErrors.ffmpegMissing(String.join(", ", rejected), null);
      }
      return unpacked;
    } catch (IOException e) {
      rejected.add("the bundled one cannot be unpacked (" + e + ")");
      throw OutputErrors.ffmpegMissing(String.join(", ", rejected), e);
    }
  }

  /** What is wrong with the copied program, or null. */
  private static @Nullable String copyChecked(InputStream resource, Path file) throws IOException {
    MessageDigest sha256 = Sha256.digest();
    try (InputStream in = new DigestInputStream(resource, sha256);
        OutputStream out =
            Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      in.transferTo(out);
    }
    String found = Sha256.hex(sha256);
    if (!found.equals(RESOURCE_SHA256)) {
      return "has the SHA-256 " + found + ", not the known one";
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r-x------"));
    return null;
  }

  /** Why the program cannot encode H.264, or null if it can. */
  private static @Nullable String probe(Path program) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), "-hide_banner", "-h", "encoder=libx264")
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      // A program that hangs is ended, which also ends the read below.
      process
          .onExit()
          .orTimeout(PROBE_SECONDS, TimeUnit.SECONDS)
          .exceptionally(late -> {
            process.destroyForcibly();
            return process;
          });
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return said.contains("Encoder libx264 [") ? null : "has no libx264";
    } catch (IOException e) {
      return "does not start (" + e.getMessage() + ")";
    }
  }
}
