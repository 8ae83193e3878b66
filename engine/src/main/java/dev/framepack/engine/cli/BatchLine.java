package dev.framepack.engine.cli;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.Profile;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.json.JsonObject;
import dev.framepack.engine.request.ImageSource;
import dev.framepack.engine.request.RequestJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of a batch file: a JSON object with the fields of {@link RequestJson} and {@code
 * output}; files are relative to the batch file.
 *
 * @param number 1-based
 */
record BatchLine(int number, Path folder, String text) {
  private static final String OUTPUT = "output";

  /** The lines of a file that say something. */
  static List<BatchLine> read(Path file) {
    Path above = file.toAbsolutePath().getParent();
    Path folder = above == null ? file.toAbsolutePath() : above;
    List<BatchLine> lines = new ArrayList<>();
    try {
      int number = 0;
      for (String text : Files.readAllLines(file)) {
        number++;
        if (!text.isBlank()) {
          lines.add(new BatchLine(number, folder, text));
        }
      }
    } catch (IOException e) {
      throw new InvalidRequestException(
          "BATCH_FILE",
          "%s: cannot be read: %s".formatted(file, e),
          "give a file of JSON objects in UTF-8, one a line",
          e);
    }
    return lines;
  }

  private JsonObject object() {
    return JsonObject.parse(text.getBytes(StandardCharsets.UTF_8), BatchLine::refused);
  }

  /** Where its video goes. */
  Path output() {
    String name = object().requireText(OUTPUT);
    try {
      return folder.resolve(name);
    } catch (InvalidPathException e) {
      throw refused("output: not a path: " + e.getMessage());
    }
  }

  /**
   * What it asks for.
   *
   * @throws dev.framepack.engine.FramePackException for what is no request
   */
  VideoRequest request() {
    JsonObject fields = object().without(List.of(OUTPUT));
    VideoRequest request =
        RequestJson.read(fields, ImageSource.in(List.of(folder), BatchLine::refused)).build();
    if (request.profile() == Profile.DIFFUSERS && !fields.has("seed")) {
      throw refused("seed: missing; without it a second run would make another video");
    }
    return request;
  }

  private static InvalidRequestException refused(String fault) {
    return new InvalidRequestException("BATCH_LINE", fault, "correct the line", null);
  }
}
