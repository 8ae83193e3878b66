package dev.framepack.engine;

import dev.framepack.engine.timeline.OneFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Collects every fault of a request so that all are told at once. */
final class RequestChecks {
  private static final String CODE = "REQUEST_INVALID";
  private static final int MAX_PROMPT_CHARACTERS = 100_000;
  private static final int MIN_SIDE_PIXELS = 16;
  private static final int MAX_SIDE_PIXELS = 8192;

  private final List<String> faults = new ArrayList<>();

  void that(boolean holds, String fault) {
    if (!holds) {
      faults.add(fault);
    }
  }

  void range(String what, double value, double min, double max) {
    that(
        value >= min && value <= max,
        "%s must be %s to %s, found %s".formatted(what, text(min), text(max), text(value)));
  }

  /** Faults that were found elsewhere. */
  void all(List<String> others) {
    faults.addAll(others);
  }

  /** Each profile has its own way to say how long a video is. */
  void length(Profile profile, OptionalDouble seconds, OptionalInt frames) {
    switch (profile) {
      case FRAMEPACK -> {
        that(frames.isEmpty(), "frames belong to profile diffusers, give seconds");
        that(seconds.isPresent(), "seconds are missing");
        seconds.ifPresent(value -> range("seconds", value, 0.1, 120));
      }
      case DIFFUSERS -> {
        that(seconds.isEmpty(), "seconds belong to profile framepack, give frames");
        that(frames.isPresent(), "frames are missing");
        frames.ifPresent(value -> range("frames", value, 1, 1_000_000));
      }
    }
  }

  /** One frame is no video: what videos alone have is refused. */
  void oneFrame(OneFrame frame, boolean otherImages, boolean manyPrompts, boolean otherSampling) {
    all(frame.faults());
    that(!otherImages, "one frame sees control images, not an end image, section images or a clip");
    that(!manyPrompts, "one frame has one prompt");
    that(!otherSampling, "one frame has no history policy and no frame-wise sampler");
  }

  void side(String what, int pixels) {
    that(
        pixels >= MIN_SIDE_PIXELS && pixels <= MAX_SIDE_PIXELS && pixels % 16 == 0,
        "%s must be a multiple of 16 from %s to %s, found %s"
            .formatted(what, MIN_SIDE_PIXELS, MAX_SIDE_PIXELS, pixels));
  }

  void prompt(String what, @Nullable String text) {
    if (text == null) {
      faults.add(what + " is missing");
      return;
    }
    that(
        text.length() <= MAX_PROMPT_CHARACTERS,
        "%s must be at most %s characters, found %s"
            .formatted(what, MAX_PROMPT_CHARACTERS, text.length()));
    that(text.chars().noneMatch(c -> c == 0), what + " must not contain the character NUL");
    that(isWellFormed(text), what + " must be well-formed Unicode, found a lone surrogate");
  }

  private static boolean isWellFormed(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }

  boolean isEmpty() {
    return faults.isEmpty();
  }

  void throwIfAny() {
    if (!faults.isEmpty()) {
      throw invalid(faults);
    }
  }

  static InvalidRequestException invalid(List<String> faults) {
    return new InvalidRequestException(
        CODE, String.join("; ", faults), "correct the request; nothing was started", null);
  }

  /** Faults found elsewhere, then those of a request that was refused. */
  static InvalidRequestException merge(List<String> faults, InvalidRequestException refused) {
    List<String> all = new ArrayList<>(faults);
    all.add(told(refused));
    return invalid(all);
  }

  /** What was refused, without code and remedy. */
  static String told(InvalidRequestException refused) {
    String message = String.valueOf(refused.getMessage());
    return message.substring(
        refused.code().length() + 2, message.length() - refused.remedy().length() - 2);
  }
}
