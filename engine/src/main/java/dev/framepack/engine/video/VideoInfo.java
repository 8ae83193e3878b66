package dev.framepack.engine.video;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a sink must know before the first frame.
 *
 * @param width pixels
 * @param height pixels
 * @param framesPerSecond frames shown per second
 * @param metadata how the video was made: request, seed, profile, model hashes, version; values are
 *     strings, numbers, booleans, lists, maps and records of these. Written as JSON into formats
 *     that hold metadata, and beside the output
 */
public record VideoInfo(int width, int height, int framesPerSecond, Map<String, ?> metadata) {
  public VideoInfo {
    if (width < 1 || height < 1 || framesPerSecond < 1) {
      throw new IllegalArgumentException(
          "video: expected sides and frames per second of 1 or more, found %sx%s at %s"
              .formatted(width, height, framesPerSecond));
    }
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }
}
