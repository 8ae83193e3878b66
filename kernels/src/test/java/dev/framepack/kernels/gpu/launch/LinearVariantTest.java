package dev.framepack.kernels.gpu.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.framepack.kernels.gpu.device.DeviceInfo;
import dev.framepack.kernels.tensor.DType;
import org.junit.jupiter.api.Test;

/** Which kernel a product gets. */
class LinearVariantTest {
  private static final DeviceInfo H200 = device(90, true, 132);
  private static final DeviceInfo A100 = device(80, false, 108);

  private static DeviceInfo device(int capability, boolean specific, int processors) {
    return new DeviceInfo(
        "device", capability, specific, processors, 160 << 10, 1 << 20, 1 << 30, 1 << 30, "driver");
  }

  private static LinearVariant choice(DType type, long rows, long columns, DeviceInfo device) {
    return LinearVariant.of(type, rows, columns, true, device);
  }

  @Test
  void fewRowsReadTheWeightOnce() {
    for (DeviceInfo device : new DeviceInfo[] {H200, A100}) {
      for (boolean aligned : new boolean[] {true, false}) {
        assertThat(LinearVariant.of(DType.BF16, 1, 18_432, aligned, device))
            .isEqualTo(LinearVariant.VECTOR);
        assertThat(LinearVariant.of(DType.F32, 8, 64, aligned, device))
            .isEqualTo(LinearVariant.VECTORS);
      }
    }
  }

  @Test
  void unalignedRowsGoElementByElement() {
    assertThat(LinearVariant.of(DType.BF16, 18_293, 3072, false, H200))
        .isEqualTo(LinearVariant.UNALIGNED);
    assertThat(LinearVariant.of(DType.F32, 9, 3072, false, A100))
        .isEqualTo(LinearVariant.UNALIGNED);
  }

  @Test
  void theTransformersProductsGetTheWidestTiles() {
    assertThat(choice(DType.BF16, 18_293, 3072, H200)).isEqualTo(LinearVariant.WGMMA);
    assertThat(choice(DType.F16, 793, 3072, H200)).isEqualTo(LinearVariant.WGMMA);
    assertThat(choice(DType.BF16, 18_293, 3072, A100)).isEqualTo(LinearVariant.TILE);
    assertThat(choice(DType.F32, 13_680, 3072, H200)).isEqualTo(LinearVariant.TILE);
  }

  @Test
  void smallerProductsGetNarrowerTiles() {
    assertThat(choice(DType.BF16, 256, 3072, H200)).isEqualTo(LinearVariant.WGMMA_NARROW);
    assertThat(choice(DType.BF16, 128, 21_504, H200)).isEqualTo(LinearVariant.WGMMA_NARROW);
    assertThat(choice(DType.BF16, 77, 768, H200)).isEqualTo(LinearVariant.SMALL);
    assertThat(choice(DType.BF16, 256, 3072, A100)).isEqualTo(LinearVariant.SMALL);
    assertThat(choice(DType.F32, 256, 3072, H200)).isEqualTo(LinearVariant.SMALL);
    assertThat(choice(DType.F32, 729, 3072, H200)).isEqualTo(LinearVariant.SMALL);
  }

  @Test
  void tilesThatWouldBeMostlyEmptyAreSmall() {
    assertThat(choice(DType.BF16, 25, 18_432, H200)).isEqualTo(LinearVariant.SMALL);
    assertThat(choice(DType.F32, 25, 18_432, H200)).isEqualTo(LinearVariant.SMALL);
    assertThat(choice(DType.BF16, 18_293, 64, H200)).isEqualTo(LinearVariant.WGMMA_NARROW);
    assertThat(choice(DType.BF16, 18_293, 64, A100)).isEqualTo(LinearVariant.SMALL);
  }

  @Test
  void wgmmaNeedsHoppersOwnCode() {
    DeviceInfo generic = device(90, false, 132);
    DeviceInfo blackwell = device(100, true, 148);
    assertThat(choice(DType.BF16, 18_293, 3072, generic)).isEqualTo(LinearVariant.TILE);
    assertThat(choice(DType.BF16, 18_293, 3072, blackwell)).isEqualTo(LinearVariant.TILE);
  }
}
