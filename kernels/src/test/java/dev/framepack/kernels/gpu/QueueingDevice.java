package dev.framepack.kernels.gpu;

import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceEvent;
import dev.framepack.kernels.gpu.device.DeviceFunction;
import dev.framepack.kernels.gpu.device.DeviceGraph;
import dev.framepack.kernels.gpu.device.DeviceInfo;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.Launch;
import dev.framepack.kernels.gpu.device.PinnedMemory;
import dev.framepack.kernels.gpu.device.PreparedLaunch;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Memory, copies, streams and events without kernels. Work waits in its stream until someone
 * synchronizes; then streams advance in a random order that honours events and nothing else, which
 * is how a device may order them.
 */
final class QueueingDevice implements Device {
  private record Work(BooleanSupplier ready, Runnable action) {}

  private final byte[] memory;
  private final Random random;
  private final List<Stream> streams = new ArrayList<>();
  private long nextAddress;

  QueueingDevice(int bytes, long seed) {
    this.memory = new byte[bytes];
    this.random = new Random(seed);
  }

  MemorySegment at(long address, long bytes) {
    return MemorySegment.ofArray(memory).asSlice(address, bytes);
  }

  /** A stream, and work on it that a test makes up. */
  final class Stream implements DeviceStream {
    private final Queue<Work> queue = new ArrayDeque<>();

    void queue(Runnable action) {
      queue.add(new Work(() -> true, action));
    }

    @Override
    public void copyToDevice(PinnedMemory source, long sourceOffset, long address, long bytes) {
      queue(() -> at(address, bytes).copyFrom(source.segment().asSlice(sourceOffset, bytes)));
    }

    @Override
    public void record(DeviceEvent event) {
      Event recorded = (Event) event;
      int generation = ++recorded.recorded;
      queue(() -> recorded.done = Math.max(recorded.done, generation));
    }

    @Override
    public void waitFor(DeviceEvent event) {
      Event awaited = (Event) event;
      int generation = awaited.recorded;
      queue.add(new Work(() -> awaited.done >= generation, () -> {}));
    }

    @Override
    public void synchronize() {
      while (!queue.isEmpty()) {
        List<Stream> able =
            streams.stream()
                .filter(s -> !s.queue.isEmpty() && s.queue.peek().ready().getAsBoolean())
                .toList();
        if (able.isEmpty()) {
          throw new IllegalStateException("every stream waits for another");
        }
        able.get(random.nextInt(able.size())).queue.remove().action().run();
      }
    }

    @Override
    public void launch(PreparedLaunch launch) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void replay(DeviceGraph graph) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void copyToHost(long address, PinnedMemory target, long targetOffset, long bytes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      streams.remove(this);
    }
  }

  private static final class Event implements DeviceEvent {
    int recorded;
    int done;

    @Override
    public void synchronize() {
      throw new UnsupportedOperationException();
    }

    @Override
    public float millisecondsSince(DeviceEvent earlier) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private record Memory(long address, long byteSize) implements DeviceMemory {
    @Override
    public void close() {}
  }

  private record Pinned(MemorySegment segment) implements PinnedMemory {
    @Override
    public void close() {}
  }

  @Override
  public DeviceInfo info() {
    return new DeviceInfo("queueing", 80, false, 1, 0, 0, memory.length, memory.length, "test");
  }

  @Override
  public DeviceMemory allocate(String purpose, long bytes) {
    long address = nextAddress;
    nextAddress += bytes;
    return new Memory(address, bytes);
  }

  @Override
  public PinnedMemory allocatePinned(String purpose, long bytes) {
    return new Pinned(MemorySegment.ofArray(new byte[(int) bytes]));
  }

  @Override
  public void fill(long address, long bytes, byte value) {
    at(address, bytes).fill(value);
  }

  @Override
  public void upload(MemorySegment source, long address) {
    at(address, source.byteSize()).copyFrom(source);
  }

  @Override
  public void download(long address, MemorySegment target) {
    target.copyFrom(at(address, target.byteSize()));
  }

  @Override
  public DeviceFunction load(String ptx, String entry) {
    throw new UnsupportedOperationException();
  }

  @Override
  public DeviceGraph record(List<Launch> launches) {
    throw new UnsupportedOperationException();
  }

  @Override
  public PreparedLaunch prepare(Launch launch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Stream openStream(String purpose) {
    Stream stream = new Stream();
    streams.add(stream);
    return stream;
  }

  @Override
  public DeviceEvent openEvent() {
    return new Event();
  }

  @Override
  public void close() {}
}
