package dev.framepack.kernels.emulator;

import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.device.Launch;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Runs small PTX texts on a device of its own. */
final class PtxHarness implements AutoCloseable {
  final EmulatedDevice device;

  PtxHarness() {
    this(EmulatorOptions.defaults());
  }

  PtxHarness(EmulatorOptions options) {
    device = new EmulatedDevice(options);
  }

  /** A whole text around an entry {@code test} with address parameters {@code p0, p1, ...}. */
  static String kernel(int pointers, String body) {
    StringBuilder text = new StringBuilder(".version 8.0\n.target sm_80\n.address_size 64\n");
    text.append(".visible .entry test(");
    for (int i = 0; i < pointers; i++) {
      text.append(i == 0 ? "" : ", ").append(".param .u64 p").append(i);
    }
    text.append(") {\n.reg .pred %p<8>; .reg .b16 %h<16>; .reg .b32 %r<32>; .reg .f32 %f<32>;");
    text.append(" .reg .b64 %d<32>; .reg .f64 %g<8>;\n");
    return text.append(body).append("\nret;\n}\n").toString();
  }

  DeviceMemory upload(int... values) {
    DeviceMemory memory = device.allocate("test", Math.max(4L * values.length, 4));
    device.upload(MemorySegment.ofArray(values), memory.address());
    return memory;
  }

  DeviceMemory empty(int ints) {
    return device.allocate("test", 4L * ints);
  }

  int[] download(DeviceMemory memory) {
    int[] values = new int[(int) (memory.byteSize() / 4)];
    device.download(memory.address(), MemorySegment.ofArray(values));
    return values;
  }

  static KernelArgument read(DeviceMemory memory) {
    return KernelArgument.read(memory.address(), memory.byteSize());
  }

  static KernelArgument write(DeviceMemory memory) {
    return KernelArgument.write(memory.address(), memory.byteSize());
  }

  static KernelArgument readWrite(DeviceMemory memory) {
    return KernelArgument.readWrite(memory.address(), memory.byteSize());
  }

  void run(String ptx, int blocks, int threads, int sharedBytes, KernelArgument... arguments) {
    try (DeviceStream stream = device.openStream("test")) {
      stream.launch(
          device.prepare(
              new Launch(
                  device.load(ptx, "test"),
                  Dim3.of(blocks),
                  Dim3.of(threads),
                  sharedBytes,
                  List.of(arguments),
                  "")));
    }
  }

  @Override
  public void close() {
    device.close();
  }
}
