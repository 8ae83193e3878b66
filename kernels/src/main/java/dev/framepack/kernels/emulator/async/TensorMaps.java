package dev.framepack.kernels.emulator.async;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.exec.Warp;
import dev.framepack.kernels.emulator.memory.AddressWindow;
import dev.framepack.kernels.emulator.parse.PtxVariable;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.device.KernelArgument.TensorMap;
import java.util.List;

/** Finds the tensor map behind an address: a launch argument, whose 128 bytes stay opaque. */
final class TensorMaps {
  private static final int LARGEST_BOX = 256;

  private TensorMaps() {}

  static TensorBox box(Warp warp, int lane, long address, int rank) {
    long offset =
        address >>> 32 == AddressWindow.PARAM >>> 32 ? address - AddressWindow.PARAM : address;
    List<PtxVariable> parameters = warp.cta.program().entry().parameters();
    for (int i = 0; i < parameters.size(); i++) {
      KernelArgument argument = warp.cta.launch().arguments().get(i);
      if (parameters.get(i).byteOffset() == offset && argument instanceof TensorMap map) {
        check(warp, lane, map, rank);
        return new TensorBox(map);
      }
    }
    throw warp.fault(
        EmulationException.Kind.ASYNC,
        lane,
        "no tensor map at 0x%x; expected the generic address of a .param of one"
            .formatted(address));
  }

  /** The rules of cuTensorMapEncodeTiled. */
  private static void check(Warp warp, int lane, TensorMap map, int rank) {
    String wrong = null;
    int inner = map.box()[0] * map.element().byteSize();
    int span = new TensorBox(map).swizzle().span();
    if (map.dims().length != rank) {
      wrong = "has %s dimensions, the instruction %s".formatted(map.dims().length, rank);
    } else if (map.memory().address() % 16 != 0) {
      wrong = "begins at 0x%x; expected a multiple of 16".formatted(map.memory().address());
    } else if (inner % 16 != 0) {
      wrong = "has box rows of %s bytes; expected a multiple of 16".formatted(inner);
    } else if (map.swizzle() != TensorMap.Swizzle.NONE && inner != span) {
      wrong = "has box rows of %s bytes; the swizzle spans %s".formatted(inner, span);
    }
    for (int d = 0; d < map.box().length; d++) {
      if (map.box()[d] < 1 || map.box()[d] > LARGEST_BOX) {
        wrong = "has box extent %s; expected 1 to %s".formatted(map.box()[d], LARGEST_BOX);
      }
    }
    for (long stride : map.byteStrides()) {
      if (stride % 16 != 0) {
        wrong = "has stride %s; expected a multiple of 16".formatted(stride);
      }
    }
    if (wrong != null) {
      throw warp.fault(EmulationException.Kind.ASYNC, lane, "the tensor map " + wrong);
    }
  }
}
