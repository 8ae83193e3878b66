package dev.framepack.bench.metric.motion;

import dev.framepack.bench.metric.picture.LumaPlane;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Motion by matching blocks of luma: exhaustive search for the least sum of absolute differences,
 * whole pixels, blocks of 8x8, in a window that reaches a ninth of the picture's shorter side and
 * at most 16 pixels each way. Larger motion is not seen.
 *
 * <p>Only blocks whose whole window lies inside the picture are searched. A block counts as moving
 * only where that explains it better than standing still by more than one level a pixel: flat and
 * noisy areas would otherwise wander. Of equally good displacements the shortest counts.
 */
final class BlockMatching {
  private static final int BLOCK = 8;
  private static final int MOST_REACH = 16;
  private static final int SIDES_PER_REACH = 9;
  private static final double STILL_ADVANTAGE = 1.0 * BLOCK * BLOCK;

  private record Displacement(int x, int y) {
    double length() {
      return Math.hypot(x, y);
    }
  }

  /** What a displacement leaves unexplained at one pixel of a block, levels. */
  private interface Difference {
    double at(int x, int y, Displacement displacement);
  }

  private final int reach;
  private final List<Displacement> shortestFirst = new ArrayList<>();
  private final int blocksAcross;
  private final int blocksDown;

  BlockMatching(int width, int height) {
    reach = Math.min(MOST_REACH, Math.min(width, height) / SIDES_PER_REACH);
    for (int y = -reach; y <= reach; y++) {
      for (int x = -reach; x <= reach; x++) {
        shortestFirst.add(new Displacement(x, y));
      }
    }
    shortestFirst.sort(Comparator.comparingDouble(Displacement::length));
    blocksAcross = Math.max(0, width - 2 * reach) / BLOCK;
    blocksDown = Math.max(0, height - 2 * reach) / BLOCK;
  }

  /** Mean length of the blocks' displacements since the previous frame, pixels. */
  double meanDisplacement(LumaPlane frame, LumaPlane previous) {
    Difference difference = (x, y, d) -> frame.at(x, y) - previous.at(x - d.x(), y - d.y());
    return mean((x, y) -> search(x, y, difference).length());
  }

  /**
   * Mean absolute error, levels, of a frame interpolated from its neighbours: each block is the
   * mean of the two that lie the same way before and after it and match each other best.
   */
  double interpolationError(LumaPlane previous, LumaPlane frame, LumaPlane next) {
    Difference between =
        (x, y, d) -> previous.at(x - d.x(), y - d.y()) - next.at(x + d.x(), y + d.y());
    Difference error =
        (x, y, d) ->
            frame.at(x, y)
                - 0.5 * (previous.at(x - d.x(), y - d.y()) + next.at(x + d.x(), y + d.y()));
    return mean((x, y) -> sum(x, y, search(x, y, between), error, Double.POSITIVE_INFINITY))
        / (BLOCK * BLOCK);
  }

  private interface BlockValue {
    double of(int left, int top);
  }

  /** Mean over the blocks; NaN for a picture too small for one. */
  private double mean(BlockValue value) {
    double sum = 0;
    for (int row = 0; row < blocksDown; row++) {
      for (int column = 0; column < blocksAcross; column++) {
        sum += value.of(reach + column * BLOCK, reach + row * BLOCK);
      }
    }
    return sum / (blocksDown * blocksAcross);
  }

  private Displacement search(int left, int top, Difference difference) {
    Displacement best = shortestFirst.getFirst();
    double least = sum(left, top, best, difference, Double.POSITIVE_INFINITY) - STILL_ADVANTAGE;
    for (Displacement displacement : shortestFirst) {
      double sum = sum(left, top, displacement, difference, least);
      if (sum < least) {
        least = sum;
        best = displacement;
      }
    }
    return best;
  }

  /** Sum of absolute differences over a block; gives up, with what it has, at the limit. */
  private static double sum(
      int left, int top, Displacement displacement, Difference difference, double limit) {
    double sum = 0;
    for (int y = top; y < top + BLOCK && sum < limit; y++) {
      for (int x = left; x < left + BLOCK; x++) {
        sum += Math.abs(difference.at(x, y, displacement));
      }
    }
    return sum;
  }
}
