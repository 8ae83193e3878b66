package dev.framepack.bench.codebook;

import dev.framepack.engine.InvalidRequestException;
import dev.framepack.engine.history.HistoryCodebook;
import dev.framepack.engine.packing.LatentVideo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.math3.ml.clustering.CentroidCluster;
import org.apache.commons.math3.ml.clustering.DoublePoint;
import org.apache.commons.math3.ml.clustering.KMeansPlusPlusClusterer;
import org.apache.commons.math3.ml.distance.EuclideanDistance;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;

/**
 * K-means over latent pixels (k-means++ start, Lloyd's iterations, a fixed seed): the codebook
 * {@code Omega} of the paper's history discretisation. Collects latents, then fits.
 */
public final class CodebookFit {
  private static final int MOST_PIXELS = 20_000;
  private static final int MOST_ITERATIONS = 100;

  private final int size;
  private final RandomGenerator random;
  private final List<DoublePoint> pixels = new ArrayList<>();
  private int channels;
  private long seen;

  /**
   * @param size K, codewords, 1 to 65536
   * @param seed of the choice of pixels and of the start
   * @throws InvalidRequestException for another K
   */
  public CodebookFit(int size, long seed) {
    if (size < 1 || size > 65_536) {
      throw invalid("the codebook's size must be 1 to 65536, found " + size);
    }
    this.size = size;
    this.random = new Well19937c(seed);
  }

  /**
   * Takes in the pixels of a clip; of more than {@value #MOST_PIXELS} in all, as many are kept at
   * random.
   *
   * @throws InvalidRequestException when the clip has another number of channels than those before
   */
  public void add(LatentVideo clip) {
    if (seen > 0 && clip.channels() != channels) {
      throw invalid(
          "latents have %s channels, those before had %s".formatted(clip.channels(), channels));
    }
    channels = clip.channels();
    int count = clip.frames() * clip.height() * clip.width();
    for (int p = 0; p < count; p++) {
      double[] values = new double[channels];
      for (int c = 0; c < channels; c++) {
        values[c] = clip.values()[c * count + p];
        if (!Double.isFinite(values[c])) {
          throw invalid("latents hold a value that is not finite");
        }
      }
      keep(new DoublePoint(values));
    }
  }

  /** Reservoir sampling: every pixel seen is kept with the same probability. */
  private void keep(DoublePoint pixel) {
    seen++;
    if (pixels.size() < MOST_PIXELS) {
      pixels.add(pixel);
      return;
    }
    long place = (long) (random.nextDouble() * seen);
    if (place < MOST_PIXELS) {
      pixels.set((int) place, pixel);
    }
  }

  /**
   * Fits.
   *
   * @throws InvalidRequestException when there are fewer different pixels than codewords
   */
  public HistoryCodebook fit() {
    Set<DoublePoint> different = new HashSet<>(pixels);
    if (different.size() < size) {
      throw invalid(
          "a codebook of %s needs as many different latent pixels, found %s"
              .formatted(size, different.size()));
    }
    List<CentroidCluster<DoublePoint>> clusters =
        new KMeansPlusPlusClusterer<DoublePoint>(
                size, MOST_ITERATIONS, new EuclideanDistance(), random)
            .cluster(pixels);
    float[] codewords = new float[clusters.size() * channels];
    for (int k = 0; k < clusters.size(); k++) {
      double[] center = clusters.get(k).getCenter().getPoint();
      for (int c = 0; c < channels; c++) {
        codewords[k * channels + c] = (float) center[c];
      }
    }
    return new HistoryCodebook(channels, codewords);
  }

  /** Latent pixels seen so far. */
  public long pixelsSeen() {
    return seen;
  }

  private static InvalidRequestException invalid(String message) {
    return new InvalidRequestException(
        "CODEBOOK_FIT", message, "give more latents or a smaller codebook", null);
  }
}
