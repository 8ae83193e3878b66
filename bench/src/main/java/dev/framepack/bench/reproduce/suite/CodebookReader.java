package dev.framepack.bench.reproduce.suite;

import dev.framepack.bench.reproduce.suite.YamlNode.Scalar;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the codebooks of a suite. */
final class CodebookReader {
  private static final int USUAL_FRAMES = 73;

  private final SuiteFaults faults;

  CodebookReader(SuiteFaults faults) {
    this.faults = faults;
  }

  List<CodebookSpec> read(List<YamlNode> nodes) {
    List<CodebookSpec> codebooks = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < nodes.size(); i++) {
      YamlFields fields = YamlFields.of(nodes.get(i), "codebooks[%s]".formatted(i), faults);
      CodebookSpec codebook = codebook(fields);
      if (!codebook.name().isEmpty() && !names.add(codebook.name())) {
        fields.fault("name", "codebook %s is there twice; rename one".formatted(codebook.name()));
      }
      codebooks.add(codebook);
    }
    return codebooks;
  }

  private CodebookSpec codebook(YamlFields fields) {
    String name = SuiteReader.name(fields);
    long size = fields.whole("size").orElse(0L);
    if (size < 1 || size > 65_536) {
      fields.fault("size", "expected 1 to 65536 codewords; give it");
    }
    long frames = fields.whole("frames").orElse((long) USUAL_FRAMES);
    if (frames < 1 || frames > 10_000 || frames % 4 != 1) {
      fields.fault("frames", "expected 4 n + 1, at most 9997, found %s".formatted(frames));
    }
    long seed = fields.whole("seed").orElse(0L);
    List<String> scenes = scenes(fields);
    fields.refuseOthers();
    return new CodebookSpec(name, (int) size, scenes, (int) frames, seed);
  }

  private List<String> scenes(YamlFields fields) {
    List<String> scenes = new ArrayList<>();
    for (YamlNode node : fields.requiredList("scenes")) {
      if (node instanceof Scalar scalar
          && scalar.value() instanceof String name
          && SuiteReader.DEMO_SCENE.matcher(name).matches()) {
        scenes.add(name);
      } else {
        faults.add(
            node.place(),
            fields.path("scenes"),
            "expected built-in or random:N, found %s; write one of them"
                .formatted(node.describe()));
      }
    }
    return scenes;
  }
}
