package dev.framepack.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.OutOfHostMemoryException;
import dev.framepack.engine.binding.Parameter;
import dev.framepack.engine.model.hunyuan.PackedTransformer;
import dev.framepack.weights.config.TransformerConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostMemoryTest {
  @Test
  void thePublishedModelIsRefusedWithNumbersWhereItCannotFit() {
    List<Parameter> published = new PackedTransformer(TransformerConfig.published()).parameters();
    assertThatThrownBy(() -> HostMemory.requireRoomFor(published, 24_000_000_000L))
        .isInstanceOf(OutOfHostMemoryException.class)
        .hasMessageContaining("51.5 GB")
        .hasMessageContaining("24.0 GB");
    assertThatCode(() -> HostMemory.requireRoomFor(published, 64_000_000_000L))
        .doesNotThrowAnyException();
  }
}
