package dev.framepack.kernels.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.MemoryMeter;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever order a device gives two streams: a reader finds its own group's bytes. */
class GpuWeightStreamTest {
  private static final List<Long> SIZES = List.of(300L, 500L, 64L, 800L, 300L, 700L, 20L);

  @ParameterizedTest
  @ValueSource(longs = {800, 1024, 1600, 2048, 8192})
  void everyReaderFindsItsGroupWhateverTheOrder(long capacity) {
    for (int seed = 0; seed < 50; seed++) {
      QueueingDevice device = new QueueingDevice(16384, seed);
      QueueingDevice.Stream compute = device.openStream("compute");
      List<String> faults = new ArrayList<>();
      try (GpuWeightStream stream = stream(device, capacity)) {
        fillHost(stream);
        Random random = new Random(seed);
        for (int run = 0; run < 3; run++) {
          for (int step = 0; step < 40; step++) {
            // In order in the first run, as programs do; anyhow in the others.
            int group = run == 0 ? step % SIZES.size() : random.nextInt(SIZES.size());
            stream.bring(group, compute);
            read(stream, device, compute, group, faults);
            read(stream, device, compute, group, faults);
            stream.release(group, compute);
          }
          compute.synchronize();
        }
      }
      assertThat(faults).as("seed %d", seed).isEmpty();
    }
  }

  private static GpuWeightStream stream(QueueingDevice device, long capacity) {
    MemoryMeter meter = new MemoryMeter();
    GpuArena ring = new GpuArena(device, meter, "ring", capacity, closed -> {});
    return new GpuWeightStream(device, meter, ring, SIZES);
  }

  private static void fillHost(GpuWeightStream stream) {
    for (int group = 0; group < SIZES.size(); group++) {
      stream.hostBytes(group).fill((byte) (group + 1));
    }
  }

  private static void read(
      GpuWeightStream stream,
      QueueingDevice device,
      QueueingDevice.Stream compute,
      int group,
      List<String> faults) {
    long bytes = SIZES.get(group);
    Tensor whole = stream.view(group, "whole", TensorType.bytes(bytes), 0);
    assertThat(stream.groupOf(whole)).isEqualTo(group);
    compute.queue(() -> {
      for (long i = 0; i < bytes; i++) {
        byte found =
            device
                .at(stream.ring().address() + whole.byteOffset() + i, 1)
                .get(ValueLayout.JAVA_BYTE, 0);
        if (found != group + 1) {
          faults.add("group %d, byte %d: found %d".formatted(group, i, found));
          return;
        }
      }
    });
  }

  @Test
  void aGroupThatIsStillThereIsNotCopiedAgain() {
    QueueingDevice device = new QueueingDevice(16384, 1);
    QueueingDevice.Stream compute = device.openStream("compute");
    try (GpuWeightStream stream = stream(device, 8192)) {
      fillHost(stream);
      stream.bring(0, compute);
      stream.release(0, compute);
      compute.synchronize();
      stream.hostBytes(0).fill((byte) 99);
      stream.bring(0, compute);
      List<String> faults = new ArrayList<>();
      read(stream, device, compute, 0, faults);
      compute.synchronize();
      assertThat(faults).isEmpty();
    }
  }

  @Test
  void twoGroupsLieBesideEachOtherInTwiceTheirSize() {
    QueueingDevice device = new QueueingDevice(16384, 1);
    MemoryMeter meter = new MemoryMeter();
    GpuArena ring = new GpuArena(device, meter, "ring", 640, closed -> {});
    try (GpuWeightStream stream = new GpuWeightStream(device, meter, ring, List.of(320L, 320L))) {
      assertThat(stream.view(0, "first", TensorType.bytes(320), 0).byteOffset()).isZero();
      assertThat(stream.view(1, "second", TensorType.bytes(320), 0).byteOffset()).isEqualTo(320);
    }
  }

  @Test
  void aGroupLargerThanTheMemoryAndAWeightBeyondItsGroupAreRefused() {
    QueueingDevice device = new QueueingDevice(16384, 1);
    assertThatThrownBy(() -> stream(device, 799))
        .isInstanceOf(KernelException.class)
        .hasMessageContainingAll("ring", "800 bytes", "799");
    try (GpuWeightStream stream = stream(device, 800)) {
      assertThatThrownBy(() -> stream.view(2, "w", TensorType.f32(4), 52))
          .hasMessageContainingAll("w", "52..68", "group 2", "64");
    }
  }
}
