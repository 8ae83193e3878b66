package dev.framepack.engine.cli;

import dev.framepack.weights.BindingCheck;
import dev.framepack.weights.Component;
import dev.framepack.weights.LoadMode;
import dev.framepack.weights.MessageText;
import dev.framepack.weights.OpenOptions;
import dev.framepack.weights.StorageType;
import dev.framepack.weights.TensorInfo;
import dev.framepack.weights.WeightException;
import dev.framepack.weights.WeightFile;
import dev.framepack.weights.WeightSet;
import dev.framepack.weights.lora.LoraFile;
import dev.framepack.weights.lora.LoraFormat;
import dev.framepack.weights.lora.LoraTarget;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code framepack inspect}. */
@Command(
    name = "inspect",
    description = "List tensors, types, parameters, metadata and problems of weights.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "PATH",
      description = "A safetensors file, a shard index, a component folder or a whole model.")
  Path path = Path.of("");

  @Option(names = "--finite", description = "Read every value and report NaN and infinity.")
  boolean finite;

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    Map<String, Path> components = components();
    int problems = 0;
    for (Map.Entry<String, Path> component : components.entrySet()) {
      try {
        inspect(component.getKey(), component.getValue());
      } catch (WeightException e) {
        if (components.size() == 1) {
          throw e;
        }
        spec.commandLine().getOut().println("problem: " + e.getMessage());
        problems++;
      }
    }
    return problems == 0 ? 0 : Failures.BAD_MODEL;
  }

  /** A folder of component folders is a model; anything else is one component. */
  private Map<String, Path> components() {
    Map<String, Path> found = new LinkedHashMap<>();
    for (Component component : Component.values()) {
      Path folder = path.resolve(component.part().folderName());
      if (Files.isDirectory(folder)) {
        found.put(component.part().folderName(), folder);
      }
    }
    return found.isEmpty() ? Map.of(path.toString(), path) : found;
  }

  private void inspect(String title, Path component) {
    PrintWriter out = spec.commandLine().getOut();
    LoadMode mode = finite ? LoadMode.MAPPED : LoadMode.HEADER_ONLY;
    try (WeightSet weights = WeightSet.open(component, new OpenOptions(mode, false))) {
      out.println(MessageText.escape(title));
      Map<StorageType, Long> parameters = new EnumMap<>(StorageType.class);
      for (String name : weights.names()) {
        TensorInfo info = weights.info(name);
        out.printf(
            Locale.ROOT,
            "  %-10s %-24s %s%n",
            info.type(),
            Arrays.toString(info.shape()),
            MessageText.escape(name));
        parameters.merge(info.type(), info.elementCount(), Long::sum);
      }
      for (WeightFile file : weights.files()) {
        out.printf(
            Locale.ROOT,
            "  file %s, %s bytes%n",
            MessageText.escape(file.path().getFileName().toString()),
            file.fileBytes());
        file.metadata()
            .forEach((key, value) ->
                out.println(
                    "    %s: %s".formatted(MessageText.escape(key), MessageText.escape(value))));
      }
      long total = parameters.values().stream().mapToLong(Long::longValue).sum();
      out.printf(
          Locale.ROOT,
          "  %s tensors, %s parameters %s%n",
          weights.names().size(),
          total,
          parameters);
      if (finite) {
        BindingCheck.requireFinite(weights, weights.source());
        out.println("  every floating point value is finite");
      }
      if (weights.files().size() == 1 && !LoraFormat.among(weights.names()).isEmpty()) {
        inspectLora(out, weights.files().getFirst().path());
      }
    }
  }

  private static void inspectLora(PrintWriter out, Path file) {
    try (LoraFile lora = LoraFile.open(file)) {
      List<LoraTarget> targets = lora.targets();
      SortedSet<Integer> ranks = new TreeSet<>(targets.stream().map(LoraTarget::rank).toList());
      out.printf(
          Locale.ROOT,
          "  LoRA in %s naming, %s targets, ranks %s%n",
          lora.format().label(),
          targets.size(),
          ranks);
      for (LoraTarget target : targets) {
        out.printf(
            Locale.ROOT,
            "    rank %s alpha %s %s%n",
            target.rank(),
            target.alpha(),
            MessageText.escape(target.name()));
      }
    }
  }
}
