package dev.framepack.kernels.conformance.pack;

import dev.framepack.kernels.gpu.device.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Outputs of the micro-kernels as one device gave them. The file is text, a line per fact:
 *
 * <pre>
 * framepack conformance pack 1
 * device NVIDIA H200, sm_90
 * driver 580.65
 * kernel ldmatrix_x4 ulps 0
 * input 0011223344556677 ...
 * output 0011223344556677 ...
 * </pre>
 *
 * Words are eight hexadecimal digits each, without blanks; input and output follow their kernel.
 */
public record ConformancePack(String device, String driver, List<Entry> entries) {
  private static final String HEADER = "framepack conformance pack 1";

  /** One kernel's recording. */
  public record Entry(String kernel, int ulps, int[] input, int[] output) {}

  /** Runs every micro-kernel that the device supports. */
  public static ConformancePack record(Device device) {
    List<Entry> entries = new ArrayList<>();
    for (MicroKernel micro : MicroKernels.all()) {
      if (MicroRunner.supports(device, micro.kernel())) {
        int[] output = MicroRunner.run(device, micro);
        entries.add(new Entry(micro.name(), micro.ulps(), micro.input(), output));
      }
    }
    String name = "%s, sm_%s".formatted(device.info().name(), device.info().computeCapability());
    return new ConformancePack(name, device.info().driver(), List.copyOf(entries));
  }

  /** Records a device and writes the file; returns how many kernels it holds. */
  public static int record(Device device, Path file) {
    ConformancePack pack = record(device);
    pack.write(file);
    return pack.entries().size();
  }

  /** Writes the file. */
  public void write(Path file) {
    List<String> lines = new ArrayList<>();
    lines.add(HEADER);
    lines.add("device " + device);
    lines.add("driver " + driver);
    for (Entry entry : entries) {
      lines.add("kernel " + entry.kernel() + " ulps " + entry.ulps());
      lines.add("input " + hex(entry.input()));
      lines.add("output " + hex(entry.output()));
    }
    try {
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException("conformance pack: cannot write " + file, e);
    }
  }

  /**
   * Reads a file that {@link #write} wrote.
   *
   * @throws IllegalArgumentException saying file and line when it is none
   */
  public static ConformancePack read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException("conformance pack: cannot read " + file, e);
    }
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw new IllegalArgumentException(
          "%s, line 1: expected '%s'; record it again".formatted(file, HEADER));
    }
    String device = field(file, lines, 1, "device ");
    String driver = field(file, lines, 2, "driver ");
    List<Entry> entries = new ArrayList<>();
    for (int i = 3; i < lines.size(); i += 3) {
      String[] kernel = field(file, lines, i, "kernel ").split(" ulps ");
      if (kernel.length != 2) {
        throw new IllegalArgumentException(
            "%s, line %s: expected 'kernel NAME ulps N'".formatted(file, i + 1));
      }
      entries.add(
          new Entry(
              kernel[0],
              Integer.parseInt(kernel[1]),
              words(field(file, lines, i + 1, "input ")),
              words(field(file, lines, i + 2, "output "))));
    }
    return new ConformancePack(device, driver, List.copyOf(entries));
  }

  private static String field(Path file, List<String> lines, int index, String key) {
    if (index >= lines.size() || !lines.get(index).startsWith(key)) {
      throw new IllegalArgumentException(
          "%s, line %s: expected '%s...'; record it again".formatted(file, index + 1, key));
    }
    return lines.get(index).substring(key.length());
  }

  private static String hex(int[] words) {
    StringBuilder text = new StringBuilder(8 * words.length);
    for (int word : words) {
      text.append("%08x".formatted(word));
    }
    return text.toString();
  }

  private static int[] words(String text) {
    int[] words = new int[text.length() / 8];
    for (int i = 0; i < words.length; i++) {
      words[i] = Integer.parseUnsignedInt(text.substring(8 * i, 8 * i + 8), 16);
    }
    return words;
  }
}
