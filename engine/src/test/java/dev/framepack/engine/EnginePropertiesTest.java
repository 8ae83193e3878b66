package dev.framepack.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** E22: properties stand in for what the builder leaves open, and unknown ones are refused. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
final class EnginePropertiesTest {

  private static EngineConfig build(EngineConfig.Builder builder, Map<String, String> set) {
    try {
      set.forEach(System::setProperty);
      return builder.models(TinyVideos.CHECKPOINT).build();
    } finally {
      set.keySet().forEach(System::clearProperty);
    }
  }

  @Test
  void whatTheBuilderLeavesOpenIsTakenFromTheProperties() {
    Map<String, String> properties =
        Map.of(
            "framepack.backend", "cpu-reference",
            "framepack.precision", "bfloat16",
            "framepack.weights.storage", "q8_0",
            "framepack.device", "1",
            "framepack.device.memory.bytes", "6000000000",
            "framepack.threads", "3",
            "framepack.queue.limit", "7",
            "framepack.close.timeout.seconds", "12");
    EngineConfig open = build(EngineConfig.builder(), properties);
    assertThat(open.backend()).isEqualTo(BackendKind.CPU_REFERENCE);
    assertThat(open.precision()).isEqualTo(Precision.BFLOAT16);
    assertThat(open.weightStorage()).isEqualTo(WeightStorage.Q8_0);
    assertThat(open.device()).isEqualTo(1);
    assertThat(open.deviceMemoryBytes()).hasValue(6_000_000_000L);
    assertThat(open.threads()).isEqualTo(3);
    assertThat(open.queueLimit()).isEqualTo(7);
    assertThat(open.closeTimeout()).isEqualTo(Duration.ofSeconds(12));
    EngineConfig.Builder builder =
        EngineConfig.builder()
            .backend(BackendKind.CPU)
            .precision(Precision.FLOAT32)
            .weightStorage(WeightStorage.EXPANDED)
            .device(0)
            .deviceMemoryBytes(5)
            .threads(1)
            .queueLimit(2)
            .closeTimeout(Duration.ZERO);
    assertThat(build(builder, properties))
        .as("the builder wins")
        .isEqualTo(build(builder, Map.of()));
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> build(EngineConfig.builder(), Map.of("framepack.thread", "3")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContainingAll(
            "CONFIG_UNKNOWN_PROPERTY", "framepack.thread ", "framepack.threads");
  }

  @ParameterizedTest
  @CsvSource({
    "framepack.threads, many",
    "framepack.threads, 99999999999",
    "framepack.device, -1",
    "framepack.backend, opencl",
    "framepack.queue.limit, 0",
    "framepack.device.memory.bytes, 6GB",
    "framepack.device.memory.bytes, 0",
    "framepack.close.timeout.seconds, -2",
  })
  void aBadValueIsRefusedBeforeAnythingIsLoaded(String name, String value) {
    assertThatThrownBy(() -> build(EngineConfig.builder(), Map.of(name, value)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("CONFIG_");
  }

  @Test
  void otherPeoplesPropertiesAreTheirAffair() {
    Properties properties = new Properties();
    properties.setProperty("framepackage.x", "1");
    properties.setProperty("framepack.native.dir", "/somewhere");
    assertThat(
            new EngineProperties(properties)
                .choose(null, EngineProperties.THREADS, Integer::valueOf, 4))
        .isEqualTo(4);
  }
}
