package dev.framepack.engine.request;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.Sampling;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.json.Json;
import dev.framepack.engine.json.JsonObject;
import dev.framepack.engine.video.Mp4Comment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How an output was made, read back from the JSON file beside it, or from inside an MP4 that lost
 * it.
 */
public final class OutputMetadata {
  /** Who writes such metadata. */
  public static final String GENERATOR = "framepack-jvm";

  /** Version of their form. */
  public static final int FORMAT = 1;

  /** The member that holds the request. */
  public static final String REQUEST = "request";

  private static final String SUFFIX = ".json";

  private final Path output;
  private final JsonObject request;

  private OutputMetadata(Path output, JsonObject request) {
    this.output = output;
    this.request = request;
  }

  /**
   * Reads them.
   *
   * @param output the video, or its JSON file
   * @throws InvalidRequestException {@code METADATA} when there are none, or none that this engine
   *     understands
   */
  public static OutputMetadata read(Path output) {
    Path absolute = output.toAbsolutePath();
    JsonObject metadata =
        JsonObject.parse(
            text(absolute),
            fault -> refused(absolute, fault, "restore the file, or give the options"));
    if (!metadata.text("generator").equals(Optional.of(GENERATOR))) {
      throw metadata.unexpected("generator", GENERATOR);
    }
    if (!metadata.integer("format").equals(Optional.of(FORMAT))) {
      throw metadata.unexpected("format", Integer.toString(FORMAT));
    }
    return new OutputMetadata(absolute, metadata.requireObject(REQUEST));
  }

  /** The request as written, by {@link RequestJson}'s names. */
  public JsonObject request() {
    return request;
  }

  /** Whether the output was made by an equal request; pictures count, not the files' names. */
  public boolean describes(VideoRequest other) {
    JsonObject written =
        JsonObject.parse(
            Json.document(RequestJson.write(other, image -> Optional.empty())), request::fault);
    return withoutFiles(request.toMap()).equals(written.toMap());
  }

  private static Map<?, ?> withoutFiles(Map<?, ?> values) {
    Map<Object, Object> rest = new LinkedHashMap<>();
    values.forEach((name, value) -> {
      if (!ImageReference.FILE.equals(name)) {
        rest.put(name, value instanceof Map<?, ?> nested ? withoutFiles(nested) : value);
      }
    });
    return rest;
  }

  /** The sampling of the request. */
  public Sampling sampling() {
    return SamplingJson.read(request, "sampling").orElse(Sampling.INVERTED);
  }

  /**
   * A builder that makes the same video. Pictures are looked for beside the output and in the
   * working folder, and must be the ones that were used.
   *
   * @param without fields to leave as they are by default
   * @throws dev.framepack.engine.FramePackException for fields that are unknown or have no meaning,
   *     and for pictures that are gone or changed
   */
  public VideoRequest.Builder toBuilder(Collection<String> without) {
    Path folder = output.getParent();
    return RequestJson.read(
        request.without(without),
        ImageSource.in(
            List.of(folder == null ? output : folder, Path.of("").toAbsolutePath()),
            fault -> refused(output, fault, "put it there, or give another picture")));
  }

  private static byte[] text(Path output) {
    Path beside = output.resolveSibling(output.getFileName() + SUFFIX);
    try {
      if (output.toString().endsWith(SUFFIX) && Files.isRegularFile(output)) {
        return bounded(output);
      }
      if (Files.isRegularFile(beside)) {
        return bounded(beside);
      }
      Optional<String> inside =
          Files.isRegularFile(output) ? Mp4Comment.read(output) : Optional.empty();
      return inside
          .map(comment -> comment.getBytes(StandardCharsets.UTF_8))
          .orElseThrow(() ->
              refused(
                  output,
                  "found neither %s beside it nor metadata inside".formatted(beside.getFileName()),
                  "name an output of this program, or give the options"));
    } catch (IOException e) {
      throw refused(output, "cannot be read: " + e, "check that it can be read");
    }
  }

  private static byte[] bounded(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(Json.MAX_BYTES + 1);
    }
  }

  private static InvalidRequestException refused(Path output, String fault, String remedy) {
    return new InvalidRequestException("METADATA", output + ": " + fault, remedy, null);
  }
}
