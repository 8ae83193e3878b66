package dev.framepack.kernels.cpu.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.Backend;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.cpu.reference.ReferenceBackend;
import dev.framepack.kernels.op.CausalConv3d;
import dev.framepack.kernels.tensor.HostArena;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shapes at the seams of the tiling: bands, frame runs, channel blocks, odd widths, strides. */
class CausalConv3dKernelTest {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  @ParameterizedTest(name = "C {0} O {1}, {2}x{3}x{4}, kernel {5}x{6}, stride {7},{8}")
  @CsvSource({
    "3, 8, 5, 8, 8, 3, 3, 1, 1",
    "17, 9, 4, 7, 13, 3, 3, 1, 1",
    "64, 32, 3, 16, 16, 3, 3, 1, 1",
    "8, 3, 17, 9, 64, 3, 3, 1, 1",
    "40, 24, 2, 5, 50, 3, 3, 1, 1",
    "6, 8, 1, 1, 1, 3, 3, 1, 1",
    "5, 4, 3, 2, 1, 3, 5, 1, 1",
    "250, 20, 3, 6, 7, 1, 1, 1, 1",
    "12, 16, 9, 10, 11, 3, 3, 2, 2",
    "9, 10, 6, 16, 16, 3, 3, 1, 2",
    "2, 1, 7, 4, 5, 1, 3, 3, 2",
  })
  void equalsTheReference(
      int c, int o, int t, int h, int w, int kt, int k, int strideT, int strideHw) {
    try (HostArena arena = new HostArena("test", 64 << 20);
        Backend reference = new ReferenceBackend(1);
        Backend vector = new VectorBackend(2)) {
      CausalConv3d op = new CausalConv3d(strideT, strideHw, true);
      OpCall expected = call(arena, op, Shape.of(2, c, t, h, w), Shape.of(o, c, kt, k, k));
      Tensor output = arena.allocate("y", expected.output().type());
      reference.prepare(List.of(expected)).run();
      vector.prepare(List.of(new OpCall(op, expected.inputs(), output, "vector"))).run();
      double error = 0;
      double norm = 0;
      for (long i = 0; i < output.shape().elementCount(); i++) {
        double e = expected.output().hostSegment().getAtIndex(FLOAT, i);
        error += Math.pow(output.hostSegment().getAtIndex(FLOAT, i) - e, 2);
        norm += e * e;
      }
      assertThat(Math.sqrt(error / norm)).isLessThan(1e-6);
    }
  }

  @Test
  void givesTheSameBitsForAnyNumberOfThreads() {
    try (HostArena arena = new HostArena("test", 64 << 20);
        Backend one = new VectorBackend(1);
        Backend five = new VectorBackend(5)) {
      CausalConv3d op = new CausalConv3d(1, 1, true);
      OpCall call = call(arena, op, Shape.of(1, 20, 7, 19, 21), Shape.of(12, 20, 3, 3, 3));
      Tensor output = arena.allocate("y", call.output().type());
      one.prepare(List.of(call)).run();
      five.prepare(List.of(new OpCall(op, call.inputs(), output, "five"))).run();
      assertThat(output.hostSegment().mismatch(call.output().hostSegment())).isEqualTo(-1);
    }
  }

  private static OpCall call(HostArena arena, CausalConv3d op, Shape x, Shape w) {
    Tensor input = random(arena, x);
    Tensor weight = random(arena, w).asConstant();
    Tensor bias = random(arena, Shape.of(w.dim(0)));
    TensorType type =
        new CausalConv3d(op.strideT(), op.strideHw(), false)
            .infer(List.of(input.type(), weight.type(), bias.type()));
    Tensor residual = random(arena, type.shape());
    return new OpCall(
        op, List.of(input, weight, bias, residual), arena.allocate("y", type), "test");
  }

  private static Tensor random(HostArena arena, Shape shape) {
    Tensor tensor = arena.allocate("x", TensorType.f32(shape.dims()));
    SplittableRandom random = new SplittableRandom(shape.hashCode());
    for (long i = 0; i < shape.elementCount(); i++) {
      tensor.hostSegment().setAtIndex(FLOAT, i, (float) random.nextGaussian());
    }
    return tensor;
  }
}
