package dev.framepack.engine.demo;

import java.util.Locale;

/** The colours the demo's model has words for. */
public enum SceneColor {
  RED(0.95, 0.15, 0.15),
  GREEN(0.15, 0.85, 0.25),
  BLUE(0.2, 0.35, 0.98),
  YELLOW(0.98, 0.9, 0.15),
  WHITE(0.97, 0.97, 0.97),
  ORANGE(0.98, 0.55, 0.1),
  PURPLE(0.65, 0.2, 0.85),
  CYAN(0.15, 0.9, 0.9);

  private final Rgb rgb;

  SceneColor(double red, double green, double blue) {
    this.rgb = new Rgb(red, green, blue);
  }

  public Rgb rgb() {
    return rgb;
  }

  /** The word in the prompt. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
