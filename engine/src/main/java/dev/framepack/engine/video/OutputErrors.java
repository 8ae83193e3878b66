package dev.framepack.engine.video;

import dev.framepack.engine.OutputException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The failures of output, each made in one place. */
final class OutputErrors {

  private static final String ELSEWHERE = "choose another output path";

  private OutputErrors() {}

  static OutputException exists(Path path, String what) {
    return new OutputException(
        "OUTPUT_EXISTS",
        path + ": " + what + " exists already",
        "allow overwriting (SinkOptions, --overwrite) or " + ELSEWHERE,
        null);
  }

  static OutputException isDirectory(Path path) {
    return new OutputException(
        "OUTPUT_IS_DIRECTORY", path + ": expected a file name, found a directory", ELSEWHERE, null);
  }

  static OutputException directoryMissing(Path directory) {
    return new OutputException(
        "OUTPUT_DIRECTORY_MISSING", directory + ": no such directory", "create it first", null);
  }

  static OutputException notWritable(Path directory, @Nullable Throwable cause) {
    return new OutputException(
        "OUTPUT_NOT_WRITABLE",
        directory + ": the directory cannot be written" + because(cause),
        ELSEWHERE,
        cause);
  }

  static OutputException nameTooLong(Path path, int bytes, int limit) {
    return new OutputException(
        "OUTPUT_NAME_TOO_LONG",
        "%s: expected at most %s bytes, found %s".formatted(path, limit, bytes),
        "choose a shorter name",
        null);
  }

  static OutputException unknownFormat(Path path) {
    return new OutputException(
        "OUTPUT_FORMAT",
        path + ": unknown kind of output",
        "name it .mp4 (H.264), .y4m (lossless), without extension (folder of PNG files) or .png (one frame)",
        null);
  }

  static OutputException writeFailed(Path path, Throwable cause) {
    return new OutputException(
        "OUTPUT_WRITE_FAILED",
        path + ": cannot be written" + because(cause),
        "check the free space and the permissions",
        cause);
  }

  static OutputException oddSize(int width, int height) {
    return new OutputException(
        "OUTPUT_SIZE",
        "expected even sides for H.264 4:2:0, found %sx%s".formatted(width, height),
        "choose even sides, a .y4m file or a folder of PNG files",
        null);
  }

  static OutputException onePicture() {
    return new OutputException(
        "OUTPUT_FORMAT",
        "a .png file holds one picture, the video has more frames",
        "name a folder, .mp4 or .y4m",
        null);
  }

  static OutputException noFrames(Path path) {
    return new OutputException("OUTPUT_EMPTY", path + ": the video has no frames", "", null);
  }

  static OutputException ffmpegMissing(String found, @Nullable Throwable cause) {
    return new OutputException(
        "OUTPUT_FFMPEG_MISSING",
        "MP4 needs the ffmpeg program with libx264: " + found,
        "install ffmpeg, or choose a .y4m file or a folder of PNG files",
        cause);
  }

  static OutputException ffmpegFailed(String problem, @Nullable Throwable cause) {
    return new OutputException(
        "OUTPUT_FFMPEG_FAILED",
        "ffmpeg " + problem,
        "see the cause, or choose a .y4m file or a folder of PNG files",
        cause);
  }

  private static String because(@Nullable Throwable cause) {
    return cause == null ? "" : " (" + cause + ")";
  }
}
