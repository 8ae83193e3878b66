package dev.framepack.engine.demo;

/** A colour in sRGB as it is stored in pictures, gamma included; each component 0 to 1. */
public record Rgb(double red, double green, double blue) {

  /** Euclidean distance in RGB, 0 to the square root of 3. */
  public double distanceTo(Rgb other) {
    double r = red - other.red;
    double g = green - other.green;
    double b = blue - other.blue;
    return Math.sqrt(r * r + g * g + b * b);
  }

  /** The straight line to another colour: this one at 0, the other at 1. */
  Rgb mix(Rgb other, double share) {
    return new Rgb(
        red * (1 - share) + other.red * share,
        green * (1 - share) + other.green * share,
        blue * (1 - share) + other.blue * share);
  }
}
