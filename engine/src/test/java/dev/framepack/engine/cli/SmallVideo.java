package dev.framepack.engine.cli;

import dev.framepack.engine.TinyVideos;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Arguments for the smallest video there is. */
final class SmallVideo {
  private SmallVideo() {}

  /**
   * A small good request; the changes come as {@code --option=value}, empty takes it away.
   *
   * @param outputs folder of the output
   */
  static List<String> generate(Path outputs, String... changes) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("--model", TinyVideos.CHECKPOINT.toString());
    options.put("--image", TinyVideos.IMAGE.toString());
    options.put("--prompt", "a red circle");
    options.put("--output", outputs.resolve("video.y4m").toString());
    options.put("--width", "48");
    options.put("--height", "32");
    options.put("--seconds", "0.1");
    options.put("--latent-window", "1");
    options.put("--steps", "1");
    options.put("--threads", "2");
    List<String> args = new ArrayList<>(List.of("generate"));
    for (String change : changes) {
      int equals = change.indexOf('=');
      if (equals < 0) {
        args.add(change);
      } else if (equals == change.length() - 1) {
        options.remove(change.substring(0, equals));
      } else {
        options.put(change.substring(0, equals), change.substring(equals + 1));
      }
    }
    options.forEach((name, value) -> args.add(name + "=" + value));
    return args;
  }
}
