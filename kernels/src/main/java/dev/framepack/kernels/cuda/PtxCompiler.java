package dev.framepack.kernels.cuda;

import dev.framepack.kernels.gpu.device.DeviceException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompileResult;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

/**
 * NVIDIA's PTX compiler without a driver or a device, from JCuda's natives. It is the one of CUDA
 * 12.0: PTX ISA up to 8.0, devices up to sm_90a.
 */
public final class PtxCompiler {
  private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");
  private static final Pattern SPILLS =
      Pattern.compile("(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill");
  private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

  /**
   * What the compiler made of a text with one entry.
   *
   * @param registers of one thread
   * @param stackBytes local memory of one thread
   * @param spillBytes spilled registers of one thread, stores and loads together
   * @param sharedBytes static shared memory of a block
   * @param log what it said
   */
  public record Report(int registers, int stackBytes, int spillBytes, int sharedBytes, String log) {

    /** Reads the log of {@code --verbose}. */
    public static Report of(String log) {
      Matcher spills = SPILLS.matcher(log);
      boolean found = spills.find();
      return new Report(
          first(REGISTERS, log),
          found ? Integer.parseInt(spills.group(1)) : 0,
          found ? Integer.parseInt(spills.group(2)) + Integer.parseInt(spills.group(3)) : 0,
          first(SHARED, log),
          log);
    }

    private static int first(Pattern pattern, String log) {
      Matcher matcher = pattern.matcher(log);
      return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }
  }

  private PtxCompiler() {}

  /**
   * Compiles PTX for one device architecture. Thread-safe.
   *
   * @param arch as {@code sm_80} or {@code sm_90a}
   * @throws DeviceException with the compiler's log when it refuses the text
   */
  public static Report compile(String ptx, String arch) {
    NativeLibraries.load(NativeLibrary.PTX_COMPILER);
    byte[] text = (ptx + "\0").getBytes(StandardCharsets.UTF_8);
    nvPTXCompilerHandle handle = new nvPTXCompilerHandle();
    check(JNvPTXCompiler.nvPTXCompilerCreate(handle, text.length - 1L, text), arch, "");
    try {
      String[] options = {"--gpu-name=" + arch, "--verbose", "--warn-on-spills"};
      int result = JNvPTXCompiler.nvPTXCompilerCompile(handle, options.length, options);
      if (result != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
        check(result, arch, errorLog(handle));
      }
      return Report.of(infoLog(handle));
    } finally {
      JNvPTXCompiler.nvPTXCompilerDestroy(handle);
    }
  }

  private static void check(int result, String arch, String log) {
    if (result != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
      throw new DeviceException(
          "PTX for %s: %s\n%s".formatted(arch, nvPTXCompileResult.stringFor(result), log), false);
    }
  }

  private static String errorLog(nvPTXCompilerHandle handle) {
    long[] size = new long[1];
    JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(handle, size);
    byte[] log = new byte[Math.toIntExact(size[0]) + 1];
    JNvPTXCompiler.nvPTXCompilerGetErrorLog(handle, log);
    return text(log);
  }

  private static String infoLog(nvPTXCompilerHandle handle) {
    long[] size = new long[1];
    JNvPTXCompiler.nvPTXCompilerGetInfoLogSize(handle, size);
    byte[] log = new byte[Math.toIntExact(size[0]) + 1];
    JNvPTXCompiler.nvPTXCompilerGetInfoLog(handle, log);
    return text(log);
  }

  private static String text(byte[] log) {
    return new String(log, StandardCharsets.UTF_8).replace("\0", "").strip();
  }
}
