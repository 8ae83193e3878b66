package dev.framepack.kernels.gpu;

import dev.framepack.kernels.KernelException;
import dev.framepack.kernels.MemoryMeter;
import dev.framepack.kernels.WeightStream;
import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceEvent;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.PinnedMemory;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Groups of weights in page-locked host memory that a copy stream brings into a ring of device
 * memory. Each group has a fixed place in the ring, so programs are recorded once; places overlap.
 * Before a group is copied, the copy stream waits until the groups it covers have been read; before
 * a group is read, the compute stream waits for its copy. The host waits for nothing, so that
 * copies run as far ahead as the ring has room.
 */
final class GpuWeightStream implements WeightStream {

  /** A group: its bytes on the host, its place in the ring, and where it stands. */
  private final class Group {
    final PinnedMemory host;
    final long offset;
    final long bytes;
    final DeviceEvent copied;
    final DeviceEvent read;
    boolean present;
    boolean wasRead;

    Group(String purpose, long offset, long bytes) {
      this.offset = offset;
      this.bytes = bytes;
      this.copied = device.openEvent();
      this.read = device.openEvent();
      this.host = device.allocatePinned(purpose, Math.max(bytes, 1));
    }

    boolean overlaps(Group other) {
      return offset < other.offset + other.bytes && other.offset < offset + bytes;
    }

    void close() {
      read.close();
      copied.close();
      host.close();
    }
  }

  private final Device device;
  private final MemoryMeter meter;
  private final GpuArena ring;
  private final DeviceStream copyStream;
  private final List<Group> groups = new ArrayList<>();
  private final Map<Tensor, Integer> groupOf = Collections.synchronizedMap(new IdentityHashMap<>());
  private boolean closed;

  /**
   * @param meter counts the page-locked host memory
   * @param ring closed with this stream
   */
  GpuWeightStream(Device device, MemoryMeter meter, GpuArena ring, List<Long> groupBytes) {
    this.device = device;
    this.meter = meter;
    this.ring = ring;
    try {
      this.copyStream = device.openStream("weights");
    } catch (RuntimeException | Error e) {
      ring.close();
      throw e;
    }
    try {
      long next = 0;
      for (long bytes : groupBytes) {
        if (bytes > ring.capacityBytes()) {
          throw new KernelException(
              "weight stream %s: a group of %s bytes does not fit into %s; give it more memory"
                  .formatted(ring.purpose(), bytes, ring.capacityBytes()));
        }
        long offset = next + bytes > ring.capacityBytes() ? 0 : next;
        groups.add(new Group(ring.purpose(), offset, bytes));
        meter.take(ring.purpose(), bytes);
        next = TensorArena.align(offset + bytes);
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  @Override
  public MemorySegment hostBytes(int group) {
    return groups.get(group).host.segment().asSlice(0, groups.get(group).bytes);
  }

  @Override
  public Tensor view(int group, String name, TensorType type, long byteOffset) {
    Group place = groups.get(group);
    if (byteOffset < 0 || byteOffset + type.byteSize() > place.bytes) {
      throw new IllegalArgumentException(
          "weight stream %s: %s for %s needs bytes %s..%s of group %s, which has %s"
              .formatted(
                  ring.purpose(),
                  type,
                  name,
                  byteOffset,
                  byteOffset + type.byteSize(),
                  group,
                  place.bytes));
    }
    Tensor tensor = ring.view(name, type, place.offset + byteOffset);
    groupOf.put(tensor, group);
    return tensor;
  }

  @Override
  public long capacityBytes() {
    return ring.capacityBytes();
  }

  GpuArena ring() {
    return ring;
  }

  int groupOf(Tensor tensor) {
    Integer group = groupOf.get(tensor);
    if (group == null) {
      throw new IllegalArgumentException(
          "weight stream %s: %s is no view of it".formatted(ring.purpose(), tensor));
    }
    return group;
  }

  /** Queues a group's copy unless it is in place, and lets {@code compute} wait for it. */
  void bring(int number, DeviceStream compute) {
    Group group = groups.get(number);
    if (!group.present) {
      for (Group other : groups) {
        if (other.present && other.overlaps(group)) {
          // Copies are in order, so groups that went earlier have been waited for already.
          if (other.wasRead) {
            copyStream.waitFor(other.read);
          }
          other.present = false;
        }
      }
      copyStream.copyToDevice(group.host, 0, ring.address() + group.offset, group.bytes);
      copyStream.record(group.copied);
      group.present = true;
    }
    compute.waitFor(group.copied);
  }

  /** Tells that everything queued on {@code compute} so far is all that reads the group for now. */
  void release(int number, DeviceStream compute) {
    Group group = groups.get(number);
    compute.record(group.read);
    group.wasRead = true;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      copyStream.close();
      for (Group group : groups) {
        group.close();
        meter.give(ring.purpose(), group.bytes);
      }
      ring.close();
    }
  }
}
