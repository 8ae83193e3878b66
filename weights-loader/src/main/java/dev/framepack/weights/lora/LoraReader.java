package dev.framepack.weights.lora;

import dev.framepack.weights.MessageText;
import dev.framepack.weights.NameList;
import dev.framepack.weights.StorageType;
import dev.framepack.weights.TensorInfo;
import dev.framepack.weights.WeightError;
import dev.framepack.weights.WeightException;
import dev.framepack.weights.WeightFile;
import dev.framepack.weights.lora.LoraFormat.Key;
import dev.framepack.weights.lora.LoraFormat.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the tensors of a file into checked targets. */
final class LoraReader {
  private final WeightFile file;
  private final LoraMetadata metadata;

  LoraReader(WeightFile file) {
    this.file = file;
    UnsupportedKeys.refuse(file);
    this.metadata = LoraMetadata.read(file.path(), file.metadata());
  }

  /** The one format all names are written in. */
  LoraFormat format() {
    Set<LoraFormat> formats = LoraFormat.among(file.names());
    if (formats.size() > 1) {
      throw refusal(
          WeightError.LORA_FORMAT,
          "mixes the naming of %s, expected one"
              .formatted(String.join(" and ", formats.stream().map(LoraFormat::label).toList())));
    }
    List<String> unknown =
        file.names().stream()
            .filter(name -> formats.stream().allMatch(format -> format.parse(name) == null))
            .toList();
    if (formats.isEmpty() || !unknown.isEmpty()) {
      String found = unknown.isEmpty() ? "" : ": " + NameList.of(unknown);
      throw refusal(
          WeightError.LORA_FORMAT,
          "%s of %s keys are of no known LoRA naming%s"
              .formatted(unknown.size(), file.names().size(), found));
    }
    return formats.iterator().next();
  }

  List<LoraTarget> targets(LoraFormat format) {
    Map<String, Map<Role, String>> parts = new LinkedHashMap<>();
    for (String name : file.names()) {
      Key key = Objects.requireNonNull(format.parse(name));
      String other =
          parts
              .computeIfAbsent(key.target(), target -> new EnumMap<>(Role.class))
              .put(key.role(), name);
      if (other != null) {
        throw refusal(
            WeightError.LORA_PAIR,
            name,
            "stands for the same matrix as " + MessageText.quote(other, 80));
      }
    }
    requirePairs(format, parts);
    List<LoraTarget> targets = new ArrayList<>(parts.size());
    parts.forEach((name, part) -> targets.add(target(name, part)));
    return List.copyOf(targets);
  }

  private void requirePairs(LoraFormat format, Map<String, Map<Role, String>> parts) {
    List<String> halves = new ArrayList<>();
    parts.forEach((name, part) -> {
      for (Role role : List.of(Role.DOWN, Role.UP)) {
        if (!part.containsKey(role)) {
          halves.add(MessageText.quote(name, 60) + " has no " + format.suffix(role));
        }
      }
    });
    if (!halves.isEmpty()) {
      throw refusal(
          WeightError.LORA_PAIR,
          "%s matrices of %s targets are missing: %s"
              .formatted(halves.size(), parts.size(), NameList.fit(halves)));
    }
  }

  private LoraTarget target(String name, Map<Role, String> part) {
    TensorInfo down = matrix(Objects.requireNonNull(part.get(Role.DOWN)), "[rank, in]");
    TensorInfo up = matrix(Objects.requireNonNull(part.get(Role.UP)), "[out, rank]");
    long rank = down.shape()[0];
    if (rank != up.shape()[1] || rank < 1 || rank > Integer.MAX_VALUE) {
      throw refusal(
          WeightError.LORA_RANK,
          "target %s has rank %s in its down matrix %s and %s in its up matrix %s, expected one"
                  .formatted(
                      MessageText.quote(name, 60),
                      rank,
                      Arrays.toString(down.shape()),
                      up.shape()[1],
                      Arrays.toString(up.shape()))
              + " rank of at least 1");
    }
    double alpha = alpha(part.get(Role.ALPHA), name, rank);
    requireFinite(down);
    requireFinite(up);
    return new LoraTarget(name, (int) rank, alpha, down, up);
  }

  private TensorInfo matrix(String name, String expected) {
    TensorInfo info = file.info(name);
    if (!StorageType.FLOATING.contains(info.type())) {
      throw refusal(
          WeightError.LORA_DTYPE,
          name,
          "is %s, expected one of %s".formatted(info.type(), StorageType.FLOATING));
    }
    if (info.shape().length > 2) {
      throw refusal(
          WeightError.LORA_UNSUPPORTED,
          name,
          "is %s, the LoRA of a convolution, expected a matrix %s"
              .formatted(Arrays.toString(info.shape()), expected));
    }
    if (info.shape().length != 2 || info.elementCount() == 0) {
      throw refusal(
          WeightError.LORA_SHAPE,
          name,
          "is %s, expected a matrix %s".formatted(Arrays.toString(info.shape()), expected));
    }
    return info;
  }

  private double alpha(@Nullable String name, String target, long rank) {
    if (name == null) {
      return metadata.alpha(target, rank);
    }
    TensorInfo info = file.info(name);
    if (info.elementCount() != 1) {
      throw refusal(
          WeightError.LORA_ALPHA,
          name,
          "is %s, expected one number".formatted(Arrays.toString(info.shape())));
    }
    float alpha = file.tensor(name).toFloats()[0];
    if (alpha == 0 || !Float.isFinite(alpha)) {
      throw refusal(
          WeightError.LORA_ALPHA,
          name,
          "is %s, expected a finite number that is not 0".formatted(alpha));
    }
    return alpha;
  }

  private void requireFinite(TensorInfo info) {
    long count = file.tensor(info.name()).countNonFinite();
    if (count > 0) {
      throw refusal(
          WeightError.LORA_NON_FINITE,
          info.name(),
          "%s of %s values are NaN or infinite, expected none"
              .formatted(count, info.elementCount()));
    }
  }

  private WeightException refusal(WeightError error, String problem) {
    return WeightException.in(error, file.path(), problem);
  }

  private WeightException refusal(WeightError error, String tensor, String problem) {
    return WeightException.inTensor(error, file.path(), tensor, problem);
  }
}
