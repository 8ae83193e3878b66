package dev.framepack.engine.video;

import dev.framepack.engine.image.Rgb8Image;
import dev.framepack.engine.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * MP4 with H.264 (libx264, constant rate factor, 4:2:0, ITU-R BT.709 limited range and tagged so),
 * index in front, through an ffmpeg process that is fed raw frames. The metadata stands as JSON in
 * the file's comment.
 */
final class FfmpegSink extends StagedSink {

  private static final int END_SECONDS = 10;

  private final Ffmpeg ffmpeg;
  private final int constantRateFactor;
  private @Nullable Path metadataFile;
  private @Nullable Process process;
  private @Nullable ProcessErrors stderr;

  FfmpegSink(OutputTarget target, Ffmpeg ffmpeg, int constantRateFactor) {
    super(target);
    this.ffmpeg = ffmpeg;
    this.constantRateFactor = constantRateFactor;
  }

  @Override
  void open(VideoInfo info) throws IOException {
    if (info.width() % 2 != 0 || info.height() % 2 != 0) {
      throw OutputErrors.oddSize(info.width(), info.height());
    }
    // A file, because one argument of a process is limited to 128 KiB and a prompt is not.
    Path metadata = Files.createTempFile("framepack-", ".ffmetadata");
    metadataFile = metadata;
    Files.writeString(metadata, ffmetadata(Json.oneLine(info.metadata())));
    ProcessBuilder builder = new ProcessBuilder(command(info, metadata));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    try {
      Process started = builder.start();
      process = started;
      stderr = ProcessErrors.follow(started.getErrorStream());
    } catch (IOException e) {
      throw OutputErrors.ffmpegFailed("does not start (" + e.getMessage() + ")", e);
    }
  }

  @Override
  void write(Rgb8Image frame) {
    try {
      input().write(frame.rgb());
    } catch (IOException e) {
      throw failed("stopped after " + frames() + " frames", e);
    }
  }

  @Override
  void finish() {
    Process running = process();
    try {
      input().close();
      int status = running.waitFor();
      if (status != 0) {
        throw failed("ended with status " + status, null);
      }
    } catch (IOException e) {
      throw failed("stopped at the end of the video", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw OutputErrors.ffmpegFailed("was interrupted", e);
    }
  }

  @Override
  void release() throws IOException {
    try {
      if (process != null) {
        end(process);
      }
    } finally {
      if (metadataFile != null) {
        Files.deleteIfExists(metadataFile);
      }
      ffmpeg.close();
    }
  }

  /** The unfinished file must not be written to any more once this returns. */
  private static void end(Process process) {
    process.destroyForcibly();
    process.onExit().completeOnTimeout(process, END_SECONDS, TimeUnit.SECONDS).join();
  }

  private List<String> command(VideoInfo info, Path metadata) {
    return List.of(
        ffmpeg.program().toString(),
        "-hide_banner",
        "-loglevel",
        "error",
        "-nostdin",
        // The unfinished file was created before, by us and under a unique name.
        "-y",
        "-f",
        "rawvideo",
        "-pixel_format",
        "rgb24",
        "-video_size",
        info.width() + "x" + info.height(),
        "-framerate",
        Integer.toString(info.framesPerSecond()),
        "-i",
        "pipe:0",
        "-f",
        "ffmetadata",
        "-i",
        "file:" + metadata.toAbsolutePath(),
        "-map",
        "0:v",
        "-map_metadata",
        "1",
        "-vf",
        "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,format=yuv420p",
        "-c:v",
        "libx264",
        "-crf",
        Integer.toString(constantRateFactor),
        "-colorspace",
        "bt709",
        "-color_primaries",
        "bt709",
        "-color_trc",
        "bt709",
        "-color_range",
        "tv",
        "-movflags",
        "+faststart",
        "-f",
        "mp4",
        // Absolute and with its protocol: a name cannot be taken for an option or a URL.
        "file:" + target().part());
  }

  /** ffmpeg's own metadata format, where five characters are special. */
  private static String ffmetadata(String comment) {
    return ";FFMETADATA1\ncomment=" + comment.replaceAll("([=;#\\\\\\n])", "\\\\$1") + "\n";
  }

  private RuntimeException failed(String how, @Nullable IOException cause) {
    String said = stderr == null ? "" : stderr.text();
    return OutputErrors.ffmpegFailed(said.isEmpty() ? how : how + ": " + said, cause);
  }

  private OutputStream input() {
    return process().getOutputStream();
  }

  private Process process() {
    if (process == null) {
      throw new IllegalStateException("ffmpeg is not running");
    }
    return process;
  }
}
