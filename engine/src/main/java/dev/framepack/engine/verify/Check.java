package dev.framepack.engine.verify;

/**
 * One output compared with its reference.
 *
 * @param folder of the case, relative to where the search began
 * @param output name of the tensor
 * @param relativeL2 {@code |found - expected| / |expected|}; infinite for NaN and for wrong sizes
 * @param tolerance largest relative L2 that passes; 0 where the bytes must be equal
 */
public record Check(String folder, String output, double relativeL2, double tolerance) {

  public boolean passed() {
    return relativeL2 <= tolerance;
  }
}
