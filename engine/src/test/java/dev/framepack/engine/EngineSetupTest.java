package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.json.Json;
import dev.framepack.engine.json.JsonObject;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a checkpoint notes of the engine's configuration. */
final class EngineSetupTest {

  private static Stream<String> components(Class<?> record) {
    return Arrays.stream(record.getRecordComponents()).map(RecordComponent::getName);
  }

  /** A component that is added to the configuration without a decision fails here. */
  @Test
  void itHasAllThatDecidesBits() {
    assertThat(
            Stream.concat(
                components(EngineSetup.class),
                Stream.of("deviceMemoryBytes", "threads", "queueLimit", "closeTimeout")))
        .containsExactlyInAnyOrderElementsOf(components(EngineConfig.class).toList());
  }

  @Test
  void whatIsReadEqualsWhatWasWritten() {
    EngineConfig config =
        EngineConfig.builder()
            .models(TinyVideos.CHECKPOINT.toAbsolutePath())
            .lora(Path.of("style.safetensors").toAbsolutePath(), 0.5)
            .backend(BackendKind.CPU)
            .precision(Precision.BFLOAT16)
            .device(1)
            .threads(2)
            .build();
    EngineSetup setup = EngineSetup.of(config);
    JsonObject json =
        JsonObject.parse(Json.document(setup.toJson()), IllegalArgumentException::new);
    assertThat(EngineSetup.read(json)).isEqualTo(setup);
    assertThat(setup.toBuilder().threads(2).build()).isEqualTo(config);
  }

  @Test
  void whatIsNoPathIsRefusedAsTheReaderRefuses() {
    Map<String, Object> setup =
        new LinkedHashMap<>(EngineSetup.of(TinyVideos.config().build()).toJson());
    setup.put("folders", Map.of("vae", "a\0b"));
    JsonObject json = JsonObject.of("setup", setup, IllegalStateException::new);
    assertThatThrownBy(() -> EngineSetup.read(json))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("setup.folders.vae: expected a path");
  }
}
