package dev.framepack.bench.reproduce.suite;

import dev.framepack.bench.reproduce.suite.YamlNode.Scalar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads a suite from YAML, strictly: {@code table1.yaml} shows every key in use. */
final class SuiteReader {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,79}");
  static final Pattern DEMO_SCENE = Pattern.compile("built-in|random:-?[0-9]{1,18}");
  private static final Pattern COLUMN = Pattern.compile("[a-z][a-z0-9_]{0,39}");

  private final SuiteFaults faults;
  private final Path folder;

  private SuiteReader(SuiteFaults faults, Path folder) {
    this.faults = faults;
    this.folder = folder;
  }

  /**
   * The suite of a text.
   *
   * @param source name for messages
   * @param folder which image files are relative to
   * @throws SuiteException naming all faults
   */
  static Suite read(String text, String source, Path folder) {
    SuiteFaults faults = new SuiteFaults(source);
    YamlNode root = YamlTree.parse(text, faults);
    Suite suite = new SuiteReader(faults, folder).suite(YamlFields.of(root, "", faults));
    faults.throwIfAny();
    return suite;
  }

  private Suite suite(YamlFields fields) {
    String name = name(fields);
    String title = fields.requiredText("title");
    String about = fields.text("about").orElse("");
    String paperSource = fields.text("paper_source").orElse("");
    Settings defaults =
        fields.fields("defaults").map(this::defaults).orElse(new Settings(Map.of()));
    List<Scene> scenes = scenes(fields.requiredList("scenes"));
    List<Long> seeds = seeds(fields.requiredList("seeds"));
    List<CodebookSpec> codebooks = new CodebookReader(faults).read(fields.list("codebooks"));
    List<Variant> variants = variants(fields.requiredList("variants"), defaults);
    fields.refuseOthers();
    if (paperSource.isEmpty() && variants.stream().anyMatch(row -> !row.paper().isEmpty())) {
      fields.fault("paper_source", "missing, though variants quote a paper; say where from");
    }
    return new Suite(name, title, about, paperSource, variants, scenes, seeds, codebooks);
  }

  static String name(YamlFields fields) {
    String name = fields.requiredText("name");
    if (!name.isEmpty() && !NAME.matcher(name).matches()) {
      fields.fault(
          "name",
          "expected letters, digits and . _ + -, 80 at most, found \"%s\"; shorten it"
              .formatted(name));
    }
    return name;
  }

  private Settings defaults(YamlFields fields) {
    Settings defaults = settings(fields);
    fields.refuseOthers();
    return defaults;
  }

  private static Settings settings(YamlFields fields) {
    Map<Setting, Object> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      String key = setting.key();
      Optional<?> value =
          switch (setting.type()) {
            case WHOLE -> whole(fields, key);
            case NUMBER -> fields.number(key);
            case TEXT -> fields.text(key);
            case SAMPLER -> sampler(fields, key);
          };
      value.ifPresent(present -> values.put(setting, present));
    }
    return new Settings(values);
  }

  private static Optional<Integer> whole(YamlFields fields, String key) {
    Optional<Long> value = fields.whole(key);
    if (value.isPresent() && value.get() != value.get().intValue()) {
      fields.fault(key, "expected 32 bits, found %s; lower it".formatted(value.get()));
      return Optional.empty();
    }
    return value.map(Long::intValue);
  }

  private static Optional<?> sampler(YamlFields fields, String key) {
    Optional<String> name = fields.text(key);
    Optional<?> sampler = name.flatMap(Setting::sampler);
    if (name.isPresent() && sampler.isEmpty()) {
      fields.fault(
          key,
          "expected one of %s, found %s; choose one".formatted(Setting.samplers(), name.get()));
    }
    return sampler;
  }

  private List<Scene> scenes(List<YamlNode> nodes) {
    List<Scene> scenes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < nodes.size(); i++) {
      String path = "scenes[%s]".formatted(i);
      Scene scene = scene(nodes.get(i), path);
      if (!names.add(scene.name())) {
        faults.add(
            nodes.get(i).place(),
            path,
            "scene %s is there twice; remove one".formatted(scene.name()));
      }
      scenes.add(scene);
    }
    return scenes;
  }

  private Scene scene(YamlNode node, String path) {
    if (node instanceof Scalar scalar) {
      if (!(scalar.value() instanceof String name && DEMO_SCENE.matcher(name).matches())) {
        faults.add(
            node.place(),
            path,
            "expected built-in, random:N, or name, image and prompt, found %s; write one of them"
                .formatted(node.describe()));
        return new Scene.Demo(path);
      }
      return new Scene.Demo(name);
    }
    YamlFields fields = YamlFields.of(node, path, faults);
    String name = name(fields);
    String image = fields.requiredText("image");
    String prompt = fields.requiredText("prompt");
    fields.refuseOthers();
    return new Scene.Picture(name.isEmpty() ? path : name, folder.resolve(image), prompt);
  }

  private List<Long> seeds(List<YamlNode> nodes) {
    Set<Long> seeds = new LinkedHashSet<>();
    for (int i = 0; i < nodes.size(); i++) {
      YamlNode node = nodes.get(i);
      String path = "seeds[%s]".formatted(i);
      if (!(node instanceof Scalar scalar && scalar.value() instanceof Long seed)) {
        faults.add(
            node.place(),
            path,
            "expected a whole number of 64 bits, found %s; write digits only"
                .formatted(node.describe()));
      } else if (!seeds.add(seed)) {
        faults.add(node.place(), path, "seed %s is there twice; remove one".formatted(seed));
      }
    }
    return List.copyOf(seeds);
  }

  private List<Variant> variants(List<YamlNode> nodes, Settings defaults) {
    List<Variant> variants = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < nodes.size(); i++) {
      String path = "variants[%s]".formatted(i);
      YamlFields fields = YamlFields.of(nodes.get(i), path, faults);
      Variant variant = variant(fields, defaults);
      if (!variant.name().isEmpty() && !names.add(variant.name())) {
        fields.fault("name", "variant %s is there twice; rename one".formatted(variant.name()));
      }
      variants.add(variant);
    }
    return variants;
  }

  private static Variant variant(YamlFields fields, Settings defaults) {
    String name = name(fields);
    String label = fields.text("label").orElse(name);
    String group = fields.text("group").orElse("");
    String note = fields.text("note").orElse("");
    Map<Variant.Text, String> texts = new EnumMap<>(Variant.Text.class);
    for (Variant.Text text : Variant.Text.values()) {
      fields.text(text.key()).ifPresent(value -> texts.put(text, value));
    }
    if (texts.isEmpty()) {
      fields.fault("name", "neither sampling, packing nor reference; say how its videos are made");
    }
    checkReference(fields, texts);
    Settings settings = settings(fields).over(defaults);
    Map<String, String> paper = fields.fields("paper").map(SuiteReader::paper).orElse(Map.of());
    fields.refuseOthers();
    return new Variant(name, label, group, note, texts, settings, paper);
  }

  private static void checkReference(YamlFields fields, Map<Variant.Text, String> texts) {
    String key = Variant.Text.REFERENCE.key();
    String name = texts.get(Variant.Text.REFERENCE);
    if (name != null && Reference.named(name).isEmpty()) {
      fields.fault(key, "expected %s, found %s; choose one".formatted(Reference.names(), name));
    }
    if (name != null && texts.size() > 1) {
      String others =
          texts.keySet().stream()
              .filter(text -> text != Variant.Text.REFERENCE)
              .map(Variant.Text::key)
              .collect(Collectors.joining(", "));
      fields.fault(key, "nothing is generated, found %s beside it; remove one".formatted(others));
    }
  }

  private static Map<String, String> paper(YamlFields fields) {
    Map<String, String> columns = fields.allAsText();
    for (String column : columns.keySet()) {
      if (!COLUMN.matcher(column).matches()) {
        fields.fault(column, "expected a name such as delta_clarity; use a-z, 0-9 and _");
      }
    }
    return columns;
  }
}
