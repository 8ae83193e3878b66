package dev.framepack.engine.binding;

import dev.framepack.engine.Lora;
import dev.framepack.kernels.tensor.DType;
import dev.framepack.kernels.tensor.QuantFormat;
import dev.framepack.weights.ExpectedTensor;
import dev.framepack.weights.lora.LoraChange;
import dev.framepack.weights.lora.LoraFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Open LoRA files, matched with a model, that change its weights while they are read: {@code W +
 * sum of strength * alpha / rank * up * down}, summed in float64 and rounded to float32 once,
 * before the weight is rounded to the type it is kept in. Weights no LoRA names are untouched.
 */
public final class LoraMerge implements AutoCloseable {
  /** Nothing to merge. */
  public static final LoraMerge NONE = new LoraMerge();

  private static final int CHUNK_VALUES = 1 << 22;

  /** One file's change of one weight. */
  private record Part(LoraFile file, LoraChange change, double strength) {}

  private final List<LoraFile> files = new ArrayList<>();
  private final Map<String, List<Part>> byWeight = new HashMap<>();

  private LoraMerge() {}

  /**
   * Opens files and finds the weights they change.
   *
   * @param loras in the order in which they are summed; one of strength 0 is checked like any other
   * @param parameters the model's
   * @throws dev.framepack.weights.WeightException {@code LORA_*}
   */
  public static LoraMerge open(List<Lora> loras, List<Parameter> parameters) {
    if (loras.isEmpty()) {
      return NONE;
    }
    List<ExpectedTensor> model =
        parameters.stream()
            .map(parameter -> ExpectedTensor.of(parameter.name(), parameter.shape().dims()))
            .toList();
    LoraMerge merge = new LoraMerge();
    try {
      for (Lora lora : loras) {
        merge.add(lora, model);
      }
      return merge;
    } catch (RuntimeException | Error e) {
      merge.close();
      throw e;
    }
  }

  private void add(Lora lora, List<ExpectedTensor> model) {
    LoraFile file = LoraFile.open(lora.file());
    files.add(file);
    Map<String, LoraChange> changes = file.match(model);
    if (lora.strength() != 0) {
      changes.forEach((weight, change) ->
          byWeight
              .computeIfAbsent(weight, key -> new ArrayList<>())
              .add(new Part(file, change, lora.strength())));
    }
  }

  /** Whether a weight is changed. */
  public boolean changes(String weight) {
    return byWeight.containsKey(weight);
  }

  /** What a source gives, changed. */
  ArenaWeightStore.Source over(ArenaWeightStore.Source base) {
    return byWeight.isEmpty() ? base : new Changed(base);
  }

  private final class Changed implements ArenaWeightStore.Source {
    private final ArenaWeightStore.Source base;

    Changed(ArenaWeightStore.Source base) {
      this.base = base;
    }

    @Override
    public void read(Parameter parameter, MemorySegment target) {
      base.read(parameter, target);
      List<Part> parts = byWeight.get(parameter.name());
      if (parts != null) {
        add(parts.stream().map(Product::of).toList(), parameter, target);
      }
    }

    @Override
    public boolean readStored(Parameter parameter, DType dtype, MemorySegment target) {
      return !byWeight.containsKey(parameter.name()) && base.readStored(parameter, dtype, target);
    }

    @Override
    public boolean readQuantised(Parameter parameter, QuantFormat format, MemorySegment target) {
      return !byWeight.containsKey(parameter.name())
          && base.readQuantised(parameter, format, target);
    }
  }

  /** Adds products to a weight {@code [out, in]} of F32, some rows at a time. */
  private static void add(List<Product> products, Parameter parameter, MemorySegment weight) {
    int out = (int) parameter.shape().dim(0);
    int in = (int) parameter.shape().dim(1);
    int rowsAtOnce = Math.clamp(CHUNK_VALUES / in, 1, out);
    double[][] change = new double[rowsAtOnce][in]; // [rows, in]
    for (int first = 0; first < out; first += rowsAtOnce) {
      int start = first;
      int rows = Math.min(rowsAtOnce, out - start);
      IntStream.range(0, rows).parallel().forEach(row -> sum(products, start + row, change[row]));
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < in; column++) {
          long index = (long) (start + row) * in + column;
          float value = weight.getAtIndex(ValueLayout.JAVA_FLOAT, index);
          weight.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) (value + change[row][column]));
        }
      }
    }
  }

  private static void sum(List<Product> products, int row, double[] change) {
    Arrays.fill(change, 0);
    for (Product product : products) {
      product.addRow(row, change);
    }
  }

  /**
   * {@code factor * up * down}.
   *
   * @param down {@code [rank, in]}
   * @param up {@code [rows, rank]}, row-major
   * @param firstRow the row of {@code up} that belongs to the weight's row 0
   */
  @SuppressWarnings("ArrayRecordComponent") // built once, read by its owner only
  private record Product(double factor, double[][] down, float[] up, int firstRow) {
    static Product of(Part part) {
      LoraChange change = part.change();
      float[] values = part.file().down(change.target()).toFloats(); // [rank, in]
      int rank = change.target().rank();
      int in = values.length / rank;
      double[][] down = new double[rank][in];
      for (int r = 0; r < rank; r++) {
        for (int column = 0; column < in; column++) {
          down[r][column] = values[r * in + column];
        }
      }
      return new Product(
          part.strength() * change.target().scale(),
          down,
          part.file().up(change.target()).toFloats(),
          (int) change.firstRow());
    }

    void addRow(int row, double[] change) {
      int rank = down.length;
      int upRow = (int) (((long) firstRow + row) % (up.length / rank));
      for (int r = 0; r < rank; r++) {
        double coefficient = factor * up[upRow * rank + r];
        double[] values = down[r];
        for (int column = 0; column < change.length; column++) {
          change[column] += coefficient * values[column];
        }
      }
    }
  }

  @Override
  public void close() {
    files.forEach(LoraFile::close);
  }
}
