package dev.framepack.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Compares the tensors that files hold with those a model needs. */
public final class BindingCheck {
  private BindingCheck() {}

  /** Checks a source whose names are canonical already; the component says what may be ignored. */
  public static BindingReport check(
      WeightSource source, Collection<ExpectedTensor> expected, Component component) {
    return compare(source, identity(source.names()), expected, component::isIgnorable);
  }

  /** Checks a source whose names may carry one of the prefixes; nothing is ignored. */
  public static BindingReport check(
      WeightSource source, Collection<ExpectedTensor> expected, NamePrefix... prefixes) {
    Map<String, String> stored =
        NamePrefix.storedByCanonical(Path.of(""), source.names(), List.of(prefixes));
    return compare(source, stored, expected, name -> false);
  }

  private static Map<String, String> identity(Set<String> names) {
    return NamePrefix.storedByCanonical(Path.of(""), names, List.of());
  }

  private static BindingReport compare(
      WeightSource source,
      Map<String, String> stored,
      Collection<ExpectedTensor> expected,
      Predicate<String> ignorable) {
    List<String> missing = new ArrayList<>();
    List<String> misshapen = new ArrayList<>();
    List<String> mistyped = new ArrayList<>();
    Set<String> unmatched = new LinkedHashSet<>(stored.keySet());
    Set<String> seen = new HashSet<>();
    long parameters = 0;
    for (ExpectedTensor tensor : expected) {
      if (!seen.add(tensor.name())) {
        throw new IllegalArgumentException("expected twice: " + tensor.name());
      }
      String storedName = stored.get(tensor.name());
      if (storedName == null) {
        missing.add(tensor.name());
        continue;
      }
      unmatched.remove(tensor.name());
      TensorInfo info = source.info(storedName);
      parameters = Math.addExact(parameters, info.elementCount());
      String name = MessageText.quote(tensor.name(), 60);
      if (!tensor.hasShape(info)) {
        misshapen.add(
            "%s is %s, expected %s"
                .formatted(name, Arrays.toString(info.shape()), Arrays.toString(tensor.shape())));
      }
      if (!tensor.types().contains(info.type())) {
        mistyped.add("%s is %s, expected %s".formatted(name, info.type(), tensor.types()));
      }
    }
    List<String> ignored = unmatched.stream().filter(ignorable).toList();
    List<String> unexpected = unmatched.stream().filter(ignorable.negate()).toList();
    return new BindingReport(missing, unexpected, misshapen, mistyped, ignored, parameters);
  }

  /**
   * Reads every floating point value of a source.
   *
   * @throws WeightException {@code MODEL_NON_FINITE} at the first tensor with a NaN or infinity
   */
  public static void requireFinite(TensorSource source, Path file) {
    for (String name : source.names()) {
      if (!StorageType.FLOATING.contains(source.info(name).type())) {
        continue;
      }
      WeightTensor tensor = source.tensor(name);
      long count = tensor.countNonFinite();
      if (count > 0) {
        throw WeightException.inTensor(
            WeightError.MODEL_NON_FINITE,
            file,
            name,
            "%s of %s values are NaN or infinite".formatted(count, tensor.elementCount()));
      }
    }
  }
}
