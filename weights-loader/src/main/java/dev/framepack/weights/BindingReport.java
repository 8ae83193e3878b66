package dev.framepack.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the tensors of files and the needs of a model differ.
 *
 * @param missing needed names the files lack
 * @param unexpected names in the files nobody needs or knows
 * @param misshapen one line per tensor with another shape
 * @param mistyped one line per tensor of a type the model cannot read
 * @param ignored names nobody needs that are known to be harmless
 * @param parameters elements of all tensors that were found
 */
public record BindingReport(
    List<String> missing,
    List<String> unexpected,
    List<String> misshapen,
    List<String> mistyped,
    List<String> ignored,
    long parameters) {

  public BindingReport {
    missing = List.copyOf(missing);
    unexpected = List.copyOf(unexpected);
    misshapen = List.copyOf(misshapen);
    mistyped = List.copyOf(mistyped);
    ignored = List.copyOf(ignored);
  }

  /** Whether every needed tensor is there as needed and nothing unknown is. */
  public boolean ok() {
    return faults().isEmpty();
  }

  /** One exception per kind of fault, the most telling kind first; up to 5 names and the count. */
  public List<WeightException> faults() {
    return faults(null);
  }

  private List<WeightException> faults(@Nullable Path file) {
    List<WeightException> faults = new ArrayList<>();
    addFault(faults, WeightError.MODEL_TENSOR_MISSING, file, "missing", NameList.quoted(missing));
    addFault(faults, WeightError.MODEL_TENSOR_SHAPE, file, "misshapen", misshapen);
    addFault(faults, WeightError.MODEL_TENSOR_DTYPE, file, "of an unsupported type", mistyped);
    addFault(
        faults,
        WeightError.MODEL_TENSOR_UNEXPECTED,
        file,
        "unexpected",
        NameList.quoted(unexpected));
    return faults;
  }

  private static void addFault(
      List<WeightException> faults,
      WeightError error,
      @Nullable Path file,
      String what,
      List<String> lines) {
    if (!lines.isEmpty()) {
      faults.add(
          WeightException.in(
              error, file, "%s tensors %s: %s".formatted(lines.size(), what, NameList.fit(lines))));
    }
  }

  /**
   * Throws the most telling fault, the others as suppressed.
   *
   * @param file the weights, for the message
   */
  public void requireOk(Path file) {
    List<WeightException> faults = faults(file);
    if (!faults.isEmpty()) {
      WeightException first = faults.getFirst();
      faults.stream().skip(1).forEach(first::addSuppressed);
      throw first;
    }
  }
}
