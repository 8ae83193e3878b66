package dev.framepack.engine.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.engine.GoldenTensors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchRandomTest {

  private static final int[] GOLDEN_COUNTS = {1, 15, 16, 17, 100, 1000};
  private static final int SECTION = 16 * 9 * 80 * 80;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 31337, 2147483653L, 1099511627779L})
  void equalsTorchBitForBit(long seed) {
    Map<String, GoldenTensors.Tensor> golden = GoldenTensors.read("torch_rng");
    TorchRandom random = new TorchRandom(seed);
    for (int i = 0; i < GOLDEN_COUNTS.length; i++) {
      int count = GOLDEN_COUNTS[i];
      String name = "seed%d.%d.randn%d".formatted(seed, i, count);
      assertThat(hex(random.randn(count))).as(name).isEqualTo(hex(golden.get(name).floats()));
    }
    String name = "seed%d.rand32".formatted(seed);
    assertThat(hex(random.rand(32))).isEqualTo(hex(golden.get(name).floats()));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 63af70a6a2779eb9ddc1e78641136104e015b331c8b3149e019638972fb38b73,"
        + " 8cbc2760599833383fb7615504d391ecf353230ae6d127666e7cbe58956bfe37",
    "31337, f5c96eae61438b8c22ebbeeb9da5000a4a54df08d2d664fb4f087cfc6238b9f6,"
        + " 8146ef366708c877440400eb58dde692b75d9f9ca38154bbe665aca01f9add6b"
  })
  void sectionNoiseHasTorchsHash(long seed, String first, String second) throws Exception {
    TorchRandom random = new TorchRandom(seed);
    assertThat(sha256(random.randn(SECTION))).isEqualTo(first);
    assertThat(sha256(random.randn(SECTION))).isEqualTo(second);
  }

  @ParameterizedTest
  @CsvSource({
    "9, 64, 96, 2b1c7e3ddc029ef847e152e939a40da6636626a406dda32f12989f260ac42927",
    "9, 52, 120, e062ef100d3b03574a361e427220665f242b5599349b735908fc70edae80c753",
    "1, 80, 80, 46b0cd42e42ae5c3ff8f56ce559e348b321d77bc6b827f372f236747b2cdd493"
  })
  void otherShapesHaveTorchsHash(int frames, int height, int width, String hash) throws Exception {
    TorchRandom random = new TorchRandom(31337);
    assertThat(sha256(random.randn(16L * frames * height * width))).isEqualTo(hash);
  }

  @Test
  void sectionNoiseAfterThePosteriorDrawHasTorchsHash() throws Exception {
    TorchRandom random = new TorchRandom(31337);
    random.randn(16 * 80 * 80);
    assertThat(sha256(random.randn(SECTION)))
        .isEqualTo("f6423c88e58d690ac63a4a94acfd6d6c8d7d94ad583a0271bf4e922310b742ff");
  }

  @Test
  void aTailIsRedrawn() {
    TorchRandom random = new TorchRandom(0);
    assertThat(hex(random.randn(20)))
        .isEqualTo(
            "bf901b85 bf93808a be804bd6 bede255d 3f194d8b bfc70d5b beaec6ca 3fed2f4e 3eefaa55"
                + " be217f5f 3fb8c9db 3e8837a1 3fb1d6c0 3fcb0d00 3f72409c bf57fb33 3f6e8c30"
                + " 3fa12737 4000519a 3d5c1b3a");
    assertThat(random.snapshot().drawsConsumed()).isEqualTo(36);
  }

  @Test
  void fewerThanSixteenValuesTakeTheDoublePath() {
    assertThat(hex(new TorchRandom(0).randn(7)))
        .isEqualTo("3fc53f5c be963c50 c00b7149 3f1184b6 bf8ad1a1 bfb3052d 3ece837a");
  }

  @Test
  void uniformsAreTheLow24Bits() {
    float[] uniforms = new TorchRandom(0).rand(4);
    assertThat(IntStream.range(0, 4).map(i -> (int) (uniforms[i] * 0x1p24f)))
        .containsExactly(8325804, 12888623, 1484405, 2215104);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 1L << 32, Long.MAX_VALUE})
  void onlyTheLow32BitsOfTheSeedCount(long seed) {
    assertThat(new TorchRandom(seed).randn(64))
        .isEqualTo(new TorchRandom(seed & 0xFFFFFFFFL).randn(64));
  }

  @Test
  void aRestoredStreamContinuesTheSame() {
    TorchRandom random = new TorchRandom(-3);
    random.randn(3);
    random.randn(1000);
    TorchRandom.State state = random.snapshot();
    float[] small = random.randn(5);
    float[] large = random.randn(777);

    TorchRandom restored = TorchRandom.restore(state);
    assertThat(hex(restored.randn(5))).isEqualTo(hex(small));
    assertThat(hex(restored.randn(777))).isEqualTo(hex(large));
    assertThat(restored.snapshot()).isEqualTo(random.snapshot());
    assertThat(state.cachedNormal()).isPresent();
  }

  @Test
  void aStreamGoesForwardAndBackToAPlaceOfItsOwn() {
    TorchRandom random = new TorchRandom(7);
    random.randn(3);
    TorchRandom.State early = random.snapshot();
    float[] expected = random.randn(100);
    random.randn(5000);
    TorchRandom.State late = random.snapshot();
    float[] expectedLate = random.randn(20);

    random.moveTo(early);
    assertThat(hex(random.randn(100))).isEqualTo(hex(expected));
    random.moveTo(late);
    assertThat(hex(random.randn(20))).isEqualTo(hex(expectedLate));
    assertThatThrownBy(() -> new TorchRandom(8).moveTo(late))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected seed 8, found 7");
  }

  @Test
  void aSegmentReceivesTheSameValuesAsAnArray() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(100L * Float.BYTES);
      new TorchRandom(5).randn(segment, 100);
      assertThat(hex(segment.toArray(ValueLayout.JAVA_FLOAT)))
          .isEqualTo(hex(new TorchRandom(5).randn(100)));
    }
  }

  @Test
  void tooLittleRoomIsRefusedBeforeAnyDraw() {
    TorchRandom random = new TorchRandom(0);
    MemorySegment small = MemorySegment.ofArray(new float[10]);
    assertThatThrownBy(() -> random.randn(small, 11))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 0 to 10")
        .hasMessageContaining("found 11");
    assertThat(random.snapshot().drawsConsumed()).isZero();
  }

  private static String hex(float[] values) {
    return IntStream.range(0, values.length)
        .mapToObj(i -> HexFormat.of().toHexDigits(Float.floatToRawIntBits(values[i])))
        .collect(Collectors.joining(" "));
  }

  private static String sha256(float[] values) throws Exception {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
  }

  @Test
  void equalSeedsGiveEqualAndOtherSeedsOtherValues() {
    assertThat(new TorchRandom(1).randn(32)).isEqualTo(new TorchRandom(1).randn(32));
    assertThat(Arrays.equals(new TorchRandom(1).randn(32), new TorchRandom(2).randn(32))).isFalse();
  }
}
