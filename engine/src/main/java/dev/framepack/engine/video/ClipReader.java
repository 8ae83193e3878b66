package dev.framepack.engine.video;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.image.Rgb8Image;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of a clip: a folder of PNG files in order of their names, YUV4MPEG2 ({@code
 * .y4m}), or through the ffmpeg program anything that reads, such as MP4.
 */
public final class ClipReader {
  private static final int BUFFER_BYTES = 1 << 20;

  private ClipReader() {}

  /**
   * The last frames of a clip.
   *
   * @param most how many at most
   * @throws InvalidRequestException {@code CLIP_READ} or {@code CLIP_FORMAT} when it is no clip
   * @throws dev.framepack.engine.ImageException when a picture of the folder cannot be read
   * @throws dev.framepack.engine.OutputException {@code OUTPUT_FFMPEG_MISSING} without ffmpeg
   */
  public static List<Rgb8Image> read(Path clip, int most) {
    if (Files.isDirectory(clip)) {
      return folder(clip, most);
    }
    if (!Files.isRegularFile(clip)) {
      throw unreadable(clip, "expected a clip, found no such file", null);
    }
    return clip.toString().toLowerCase(Locale.ROOT).endsWith(".y4m")
        ? y4m(clip, most)
        : throughFfmpeg(clip, most);
  }

  private static List<Rgb8Image> folder(Path folder, int most) {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> files =
          entries
              .filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(".png"))
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw unreadable(folder, "expected PNG files in the folder, found none", null);
      }
      return files.subList(Math.max(0, files.size() - most), files.size()).stream()
          .map(Rgb8Image::read)
          .toList();
    } catch (IOException e) {
      throw unreadable(folder, "cannot be read (" + e + ")", e);
    }
  }

  private static List<Rgb8Image> y4m(Path file, int most) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
      return last(new Y4mReader(file.toString(), in), most);
    } catch (IOException e) {
      throw unreadable(file, "cannot be read (" + e + ")", e);
    }
  }

  private static List<Rgb8Image> throughFfmpeg(Path file, int most) {
    try (Ffmpeg ffmpeg = Ffmpeg.find()) {
      Process process = new ProcessBuilder(command(ffmpeg, file)).start();
      ProcessErrors errors = ProcessErrors.follow(process.getErrorStream());
      try (InputStream in = new BufferedInputStream(process.getInputStream(), BUFFER_BYTES)) {
        process.getOutputStream().close();
        List<Rgb8Image> frames = last(new Y4mReader(file.toString(), in), most);
        int status = process.waitFor();
        if (status != 0) {
          throw unreadable(
              file, "ffmpeg ended with status %s: %s".formatted(status, errors.text()), null);
        }
        return frames;
      } catch (InvalidRequestException e) {
        String said = errors.text();
        throw said.isEmpty() ? e : unreadable(file, "ffmpeg: " + said, e);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw unreadable(file, "cannot be read through ffmpeg (" + e + ")", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreadable(file, "reading was interrupted", e);
    }
  }

  /** The colours of {@link Y4mReader}, whatever those of the file. */
  private static List<String> command(Ffmpeg ffmpeg, Path file) {
    return List.of(
        ffmpeg.program().toString(),
        "-hide_banner",
        "-loglevel",
        "error",
        "-nostdin",
        "-i",
        // Absolute and with its protocol: a name cannot be taken for an option or a URL.
        "file:" + file.toAbsolutePath(),
        "-map",
        "0:v:0",
        "-vf",
        "scale=out_color_matrix=bt601:out_range=tv:flags=accurate_rnd+full_chroma_int,"
            + "format=yuv444p10le",
        "-strict",
        "-1",
        "-f",
        "yuv4mpegpipe",
        "pipe:1");
  }

  private static List<Rgb8Image> last(Y4mReader reader, int most) throws IOException {
    Deque<Rgb8Image> frames = new ArrayDeque<>();
    Rgb8Image frame = reader.next();
    while (frame != null) {
      if (frames.size() == most) {
        frames.removeFirst();
      }
      frames.addLast(frame);
      frame = reader.next();
    }
    return List.copyOf(frames);
  }

  private static InvalidRequestException unreadable(
      Path clip, String problem, @Nullable Throwable cause) {
    return new InvalidRequestException(
        "CLIP_READ",
        "clip %s: %s".formatted(clip, problem),
        "give a folder of PNG files, a .y4m file or a video that ffmpeg reads",
        cause);
  }
}
