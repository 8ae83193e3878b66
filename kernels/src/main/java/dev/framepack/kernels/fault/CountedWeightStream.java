package dev.framepack.kernels.fault;

import dev.framepack.kernels.MemoryMeter;
import dev.framepack.kernels.WeightStream;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/** Weights that take turns in bytes that are counted while they are open. */
final class CountedWeightStream implements WeightStream {
  private final WeightStream stream;
  private final long bytes;
  private final MemoryMeter meter;
  private final AtomicBoolean closed = new AtomicBoolean();

  CountedWeightStream(WeightStream stream, MemoryMeter meter) {
    this.stream = stream;
    this.bytes = stream.capacityBytes();
    this.meter = meter;
    meter.take("weight stream", bytes);
  }

  @Override
  public MemorySegment hostBytes(int group) {
    return stream.hostBytes(group);
  }

  @Override
  public Tensor view(int group, String name, TensorType type, long byteOffset) {
    return stream.view(group, name, type, byteOffset);
  }

  @Override
  public long capacityBytes() {
    return bytes;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      stream.close();
      meter.give("weight stream", bytes);
    }
  }
}
