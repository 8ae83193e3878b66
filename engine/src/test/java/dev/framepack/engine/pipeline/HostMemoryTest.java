package dev.framepack.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.OutOfHostMemoryException;
import dev.framepack.engine.binding.ArenaWeightStore;
import dev.framepack.engine.binding.WeightTypes;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.weights.config.TransformerConfig;
import org.junit.jupiter.api.Test;

class HostMemoryTest {
  @Test
  void thePublishedModelIsRefusedWithNumbersWhereItCannotFit() {
    long published =
        ArenaWeightStore.byteSize(
            new PackedTransformer(TransformerConfig.published()).parameters(), WeightTypes.FLOAT32);
    assertThatThrownBy(() -> HostMemory.requireRoomFor(published, 24_000_000_000L))
        .isInstanceOf(OutOfHostMemoryException.class)
        .hasMessageContaining("51.5 GB")
        .hasMessageContaining("24.0 GB");
    assertThatCode(() -> HostMemory.requireRoomFor(published, 64_000_000_000L))
        .doesNotThrowAnyException();
  }
}
