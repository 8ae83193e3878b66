package dev.framepack.kernels.gpu.launch;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.LaunchPlan;
import dev.framepack.kernels.gpu.device.Dim3;
import dev.framepack.kernels.gpu.device.KernelArgument;
import dev.framepack.kernels.gpu.ptx.PtxKernel;
import dev.framepack.kernels.op.Permute;
import dev.framepack.kernels.tensor.Shape;
import dev.framepack.kernels.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Permute, after axes that stay neighbours have become one: {@code permute_rows.ptx} where the
 * innermost axis stays innermost, {@code permute_tile.ptx} where it does not.
 */
final class PermuteLauncher implements Launcher {
  private static final int AXES = 6;
  private static final int OTHERS = AXES - 2;
  private static final int TILE = 32;
  private static final UnitKernel ROWS =
      UnitKernel.of("permute_rows", 256, Map.of("AXES", AXES), 1, 16);
  private static final UnitKernel TILES =
      UnitKernel.of("permute_tile", 256, Map.of("OTHERS", OTHERS), 1, 4);

  /** One axis of the output: its size and its strides in both tensors, in elements. */
  private record Axis(long size, long from, long to) {}

  @Override
  public List<PtxKernel> kernels() {
    return Stream.concat(ROWS.all().stream(), TILES.all().stream()).toList();
  }

  @Override
  public void launch(OpCall call, LaunchPlan plan) {
    Tensor x = call.input(0);
    Tensor y = call.output();
    if (y.shape().elementCount() == 0) {
      return;
    }
    List<Axis> axes = axes((Permute) call.op(), x.shape(), y.shape());
    if (axes.size() > AXES) {
      throw new KernelException(
          "the kernel reorders at most %s axes, found %s; permute in two steps"
              .formatted(AXES, axes.size()));
    }
    if (axes.getLast().from == 1) {
      rows(axes, x, y, plan);
    } else {
      tiles(axes, x, y, plan);
    }
  }

  /** The output's axes, outermost first, without those of size 1; at least one. */
  private static List<Axis> axes(Permute op, Shape x, Shape y) {
    List<Axis> axes = new ArrayList<>();
    for (int i = 0; i < y.rank(); i++) {
      long from = x.product(op.order().get(i) + 1, x.rank());
      Axis axis = new Axis(y.dim(i), from, y.product(i + 1, y.rank()));
      Axis outer = axes.isEmpty() ? null : axes.getLast();
      if (axis.size == 1) {
        continue;
      }
      if (outer != null && outer.from == axis.size * axis.from) {
        axes.removeLast();
        axes.add(new Axis(outer.size * axis.size, axis.from, axis.to));
      } else {
        axes.add(axis);
      }
    }
    return axes.isEmpty() ? List.of(new Axis(1, 1, 1)) : axes;
  }

  private static void rows(List<Axis> axes, Tensor x, Tensor y, LaunchPlan plan) {
    int bytes = x.dtype().byteSize();
    long multiples = plan.address(x) | plan.address(y) | axes.getLast().size * bytes;
    for (Axis axis : axes.subList(0, axes.size() - 1)) {
      multiples |= axis.from * bytes;
    }
    int unit = ROWS.unit(multiples);
    PtxKernel kernel = ROWS.of(unit);
    long[] sizes = new long[AXES];
    long[] strides = new long[AXES];
    int missing = AXES - axes.size();
    for (int i = 0; i < AXES; i++) {
      Axis axis = i < missing ? new Axis(1, 0, 0) : axes.get(i - missing);
      boolean innermost = i == AXES - 1;
      sizes[i] = innermost ? axis.size * bytes / unit : axis.size;
      strides[i] = innermost ? 1 : axis.from * bytes / unit;
    }
    long units = y.byteSize() / unit;
    List<KernelArgument> arguments = new ArrayList<>();
    arguments.add(plan.read(x));
    arguments.add(plan.write(y));
    arguments.add(Extents.count("units", units));
    for (long size : sizes) {
      arguments.add(Extents.count("axis", size));
    }
    for (long stride : strides) {
      arguments.add(Extents.count("stride", stride));
    }
    plan.launch(
        kernel, Extents.strided(plan, kernel, units), arguments.toArray(KernelArgument[]::new));
  }

  private static void tiles(List<Axis> axes, Tensor x, Tensor y, LaunchPlan plan) {
    PtxKernel kernel = TILES.of(x.dtype().byteSize());
    Axis p = axes.getLast();
    Axis q = axes.stream().filter(axis -> axis.from == 1).findFirst().orElseThrow();
    List<Axis> others = axes.stream().filter(axis -> axis != p && axis != q).toList();
    long tiles = Math.ceilDiv(p.size, TILE) * Math.ceilDiv(q.size, TILE);
    for (Axis axis : others) {
      tiles *= axis.size;
    }
    Extents.count("elements", y.shape().elementCount());
    List<KernelArgument> arguments = new ArrayList<>();
    arguments.add(plan.read(x));
    arguments.add(plan.write(y));
    arguments.add(Extents.count("tiles", tiles));
    arguments.add(Extents.count("axis", p.size));
    arguments.add(Extents.count("axis", q.size));
    arguments.add(Extents.count("stride", p.from));
    for (int i = 0; i < OTHERS; i++) {
      int missing = OTHERS - others.size();
      Axis axis = i < missing ? new Axis(1, 0, 0) : others.get(i - missing);
      arguments.add(Extents.count("axis", axis.size));
      arguments.add(Extents.count("stride", axis.from));
      arguments.add(Extents.count("stride", axis.to));
    }
    arguments.add(Extents.count("stride", q.to));
    plan.launch(
        kernel,
        Dim3.of(Math.min(tiles, Extents.resident(plan, kernel))),
        arguments.toArray(KernelArgument[]::new));
  }
}
