package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** E16: what an engine tells those who watch it. */
final class ObservabilityTest {
  private static final String PROMPT = "a secret circle";
  private static final VideoRequest REQUEST =
      TinyVideos.request().prompt(PROMPT).steps(2).seconds(0.2).build();

  @TempDir Path folder;

  private static GenerationJob run(FramePackEngine engine, String id) throws InterruptedException {
    GenerationJob job = engine.submit(REQUEST, JobOptions.builder().id(id).build());
    job.await().close();
    return job;
  }

  @Test
  void everyLineNamesItsJobAndPromptsAreForDebuggingOnly() throws Exception {
    try (FramePackEngine engine = TinyVideos.open(1)) {
      try (LogCollector log = LogCollector.of("dev.framepack", Level.INFO)) {
        run(engine, "quiet");
        assertThat(log.messages()).isEmpty();
      }
      try (LogCollector log = LogCollector.of("dev.framepack", Level.FINE)) {
        run(engine, "talkative");
        assertThat(log.messages())
            .allMatch(line -> line.startsWith("job talkative: "))
            .anyMatch(line -> line.contains("submitted") && line.contains(PROMPT))
            .anyMatch(line -> line.contains("runs"))
            .anyMatch(line -> line.contains("COMPLETED"));
      }
    }
  }

  @Test
  void flightRecorderSeesJobsPhasesSectionsStepsProgramsAndUploads() throws Exception {
    List<RecordedEvent> events = record();
    assertThat(named(events, "WeightUpload"))
        .extracting(event -> event.getString("component"))
        .containsExactlyInAnyOrder(
            "transformer", "vae", "text_encoder", "text_encoder_2", "image_encoder");
    assertThat(named(events, "WeightUpload")).allMatch(event -> event.getLong("bytes") > 0);
    RecordedEvent job = named(events, "Job").getFirst();
    assertThat(job.getString("state")).isEqualTo("COMPLETED");
    assertThat(named(events, "Phase"))
        .extracting(event -> event.getString("phase"))
        .contains("ENCODE_IMAGE", "ENCODE_PROMPT", "DENOISE", "DECODE", "DONE");
    assertThat(named(events, "Section")).hasSize(REQUEST.sections());
    assertThat(named(events, "Step"))
        .extracting(event -> event.getInt("section") + "." + event.getInt("step"))
        .containsExactly("0.0", "0.1", "1.0", "1.1");
    assertThat(named(events, "Program"))
        .anyMatch(event -> event.getString("graph").contains("vae"))
        .allMatch(event -> event.getInt("operations") > 0);
    for (String kind : List.of("Job", "Phase", "Section", "Step")) {
      assertThat(named(events, kind))
          .allMatch(event -> event.getString("job").equals("recorded"))
          .allMatch(event -> !event.getStartTime().isBefore(job.getStartTime()))
          .allMatch(event -> !event.getEndTime().isAfter(job.getEndTime()));
    }
  }

  private static List<RecordedEvent> named(List<RecordedEvent> events, String kind) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals("dev.framepack." + kind))
        .sorted((a, b) -> a.getStartTime().compareTo(b.getStartTime()))
        .toList();
  }

  private List<RecordedEvent> record() throws IOException, InterruptedException {
    Path file = folder.resolve("engine.jfr");
    try (Recording recording = new Recording()) {
      for (String kind : List.of("Job", "Phase", "Section", "Step", "Program", "WeightUpload")) {
        recording.enable("dev.framepack." + kind);
      }
      recording.start();
      try (FramePackEngine engine = TinyVideos.open(1)) {
        run(engine, "recorded");
      }
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file);
  }
}
