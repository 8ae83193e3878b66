package dev.framepack.engine.video;

import java.nio.file.Path;
import java.util.Locale;

/** Chooses the kind of output by its name. */
public final class SinkFactory {

  private SinkFactory() {}

  /**
   * A sink for {@code name.mp4}, {@code name.y4m}, or, without an extension, a folder of PNG files.
   *
   * <p>Everything that can be known before the work is checked here: the directory, an existing
   * output, the ffmpeg program.
   *
   * @throws dev.framepack.engine.OutputException if the output cannot be written; nothing is left
   *     behind
   */
  public static VideoSink forOutput(Path output, SinkOptions options) {
    return switch (extension(output)) {
      case "" -> new PngSequenceSink(reserve(output, OutputTarget.Kind.FOLDER, options));
      case "y4m" -> new Y4mSink(reserve(output, OutputTarget.Kind.FILE, options));
      case "png" -> new PngSink(reserve(output, OutputTarget.Kind.FILE, options));
      case "mp4" -> mp4(output, options);
      default -> throw OutputErrors.unknownFormat(output);
    };
  }

  /** As above; a name that ends in a slash is a folder whatever its extension. */
  public static VideoSink forOutput(String output, SinkOptions options) {
    return output.endsWith("/")
        ? new PngSequenceSink(reserve(Path.of(output), OutputTarget.Kind.FOLDER, options))
        : forOutput(Path.of(output), options);
  }

  private static VideoSink mp4(Path output, SinkOptions options) {
    OutputTarget target = reserve(output, OutputTarget.Kind.FILE, options);
    try {
      return new FfmpegSink(target, options.ffmpeg().get(), options.constantRateFactor());
    } catch (RuntimeException e) {
      target.close();
      throw e;
    }
  }

  private static OutputTarget reserve(Path output, OutputTarget.Kind kind, SinkOptions options) {
    return OutputTarget.reserve(output, kind, options.overwrite());
  }

  /** In lower case; empty when the name has none, as {@code frames} or {@code .frames}. */
  private static String extension(Path output) {
    Path last = output.getFileName();
    String name = last == null ? "" : last.toString();
    int dot = name.lastIndexOf('.');
    return dot <= 0 || name.equals("..") ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }
}
