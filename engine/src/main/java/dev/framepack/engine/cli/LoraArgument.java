package dev.framepack.engine.cli;

import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;

/** {@code FILE[:STRENGTH]}; a colon with no number behind it belongs to the file's name. */
public record LoraArgument(Path file, double strength) {

  /** Reads an argument. */
  static final class Converter implements ITypeConverter<LoraArgument> {
    @Override
    public LoraArgument convert(String text) {
      int colon = text.lastIndexOf(':');
      if (colon > 0) {
        try {
          double strength = Double.parseDouble(text.substring(colon + 1));
          return new LoraArgument(Path.of(text.substring(0, colon)), strength);
        } catch (NumberFormatException e) {
          return new LoraArgument(Path.of(text), 1);
        }
      }
      return new LoraArgument(Path.of(text), 1);
    }
  }

  /** As an argument that means the same in another folder. */
  public String absolute() {
    return file.toAbsolutePath() + ":" + strength;
  }
}
