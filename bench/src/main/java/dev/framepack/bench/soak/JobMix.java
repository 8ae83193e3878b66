package dev.framepack.bench.soak;

import dev.framepack.engine.Sampling;
import dev.framepack.engine.VideoRequest;
import dev.framepack.engine.VideoResult;
import dev.framepack.engine.demo.DemoScene;
import dev.framepack.engine.hash.Sha256;
import dev.framepack.engine.image.Rgb8Image;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The requests of a soak, of mixed sizes, and what their frames are: equal requests, equal bits.
 */
final class JobMix {
  private static final int[][] SIZES = {{32, 32}, {48, 32}, {32, 64}, {64, 64}};
  private static final double[] SECONDS = {0.1, 0.3, 0.6};
  private static final int MAX_STEPS = 3;
  private static final int MAX_WINDOW = 2;
  private static final double TEA_CACHE_SHARE = 0.25;

  private final List<VideoRequest> requests = new ArrayList<>();
  private final Map<VideoRequest, String> hashes = new ConcurrentHashMap<>();

  /**
   * @param count of different requests
   */
  JobMix(int count, Random random) {
    for (int i = 0; i < count; i++) {
      int[] size = SIZES[i % SIZES.length];
      VideoRequest.Builder request =
          scene()
              .sampling(random.nextBoolean() ? Sampling.INVERTED : Sampling.F1)
              .size(size[0], size[1])
              .seconds(SECONDS[random.nextInt(SECONDS.length)])
              .latentWindow(1 + random.nextInt(MAX_WINDOW))
              .steps(1 + random.nextInt(MAX_STEPS))
              .seed(random.nextInt());
      if (random.nextDouble() < TEA_CACHE_SHARE) {
        request.teaCache(0.15);
      }
      requests.add(request.build());
    }
  }

  private static VideoRequest.Builder scene() {
    DemoScene scene = DemoScene.builtIn();
    return VideoRequest.builder().image(scene.startImage()).prompt(scene.prompt());
  }

  /** One step of one section of one latent frame: for devices that are slow. */
  static VideoRequest smallest() {
    return scene().size(32, 32).seconds(0.1).latentWindow(1).steps(1).seed(3).build();
  }

  List<VideoRequest> requests() {
    return requests;
  }

  VideoRequest pick(Random random) {
    return requests.get(random.nextInt(requests.size()));
  }

  /**
   * Compares a video with those of the same request before it; the first is what others must be.
   */
  void check(VideoRequest request, VideoResult video, Tally tally) {
    if (video.frameCount() != request.outputFrames()) {
      tally.violation(
          Tally.Count.LOST,
          "%s frames of %s, %s"
              .formatted(video.frameCount(), request.outputFrames(), text(request)));
      return;
    }
    String found = hash(video);
    String expected = hashes.putIfAbsent(request, found);
    if (expected != null && !expected.equals(found)) {
      tally.violation(Tally.Count.CORRUPTED, "frames differ from those before, " + text(request));
    }
  }

  static String text(VideoRequest request) {
    return "request of %s x %s, %s sections, %s steps, seed %s"
        .formatted(
            request.width().orElseThrow(),
            request.height().orElseThrow(),
            request.sections(),
            request.steps(),
            request.seed());
  }

  /** SHA-256 of all frames. */
  static String hash(VideoResult video) {
    MessageDigest digest = Sha256.digest();
    video.forEachFrame((Rgb8Image frame) -> digest.update(frame.buffer()));
    return Sha256.hex(digest);
  }
}
