package dev.framepack.bench.reproduce.report;

import dev.framepack.bench.reproduce.run.CellRecord;
import dev.framepack.bench.reproduce.suite.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** First, middle and last frames of every variant, one table a scene, with the first seed. */
final class FrameSection {
  /** Scenes that are shown; more would make the page too heavy to open. */
  private static final int MAX_SCENES = 4;

  private final Findings findings;
  private final Path folder;

  /**
   * @param folder which the names of pictures are relative to
   */
  FrameSection(Findings findings, Path folder) {
    this.findings = findings;
    this.folder = folder;
  }

  void write(Html html) {
    Set<String> scenes = new LinkedHashSet<>();
    findings.records().stream()
        .filter(record -> record.result() != null)
        .forEach(record -> scenes.add(record.scene()));
    if (scenes.isEmpty()) {
      return;
    }
    Section.write(
        html,
        "frames",
        "Frames",
        () -> {
          html.element(
              "p",
              "Seven evenly spaced frames of each video: the first, the middle and the last among them.");
          html.in(
              "div",
              () -> scenes.stream().limit(MAX_SCENES).forEach(scene -> scene(html, scene)),
              Map.of("class", "scenes"));
          if (scenes.size() > MAX_SCENES) {
            html.styled(
                "p",
                "note",
                "%s more scenes are in thumbnails/.".formatted(scenes.size() - MAX_SCENES));
          }
        });
  }

  private void scene(Html html, String scene) {
    List<CellRecord> records =
        findings.records().stream()
            .filter(record -> record.scene().equals(scene) && record.result() != null)
            .toList();
    long seed = records.getFirst().seed();
    html.in(
        "div",
        () -> {
          html.element("h3", "%s, seed %s".formatted(scene, seed));
          truth(records).ifPresent(truth -> strip(html, "true future", truth));
          records.stream()
              .filter(record -> record.seed() == seed && !isTruth(record))
              .forEach(record ->
                  strip(
                      html,
                      findings.row(record.variant()).variant().label(),
                      Objects.requireNonNull(record.result()).strip()));
        },
        Map.of("class", "scene"));
  }

  private static Optional<String> truth(List<CellRecord> records) {
    return records.stream()
        .map(record -> Objects.requireNonNull(record.result()).truth())
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** It stands above the others whether it is a variant or not. */
  private boolean isTruth(CellRecord record) {
    return findings
        .row(record.variant())
        .variant()
        .reference()
        .equals(Optional.of(Reference.TRUTH));
  }

  private void strip(Html html, String label, String file) {
    html.in(
        "figure",
        () -> {
          html.element("figcaption", label);
          picture(html, file, label);
        },
        Map.of("class", "strip"));
  }

  private void picture(Html html, String name, String label) {
    Optional<byte[]> picture = read(name);
    if (picture.isEmpty()) {
      html.styled("p", "note", name + " is missing");
      return;
    }
    String data = "data:image/png;base64," + Base64.getEncoder().encodeToString(picture.get());
    html.empty("img", Map.of("src", data, "alt", "seven frames of " + label));
  }

  /** A report can be made of a folder whose pictures somebody removed. */
  private Optional<byte[]> read(String name) {
    Path root = folder.toAbsolutePath().normalize();
    Path file = root.resolve(name).normalize();
    if (!file.startsWith(root)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
