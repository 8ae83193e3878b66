package dev.framepack.kernels.gpu;

import dev.framepack.kernels.Executable;
import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceEvent;
import dev.framepack.kernels.gpu.device.DeviceMemory;
import dev.framepack.kernels.gpu.device.DeviceStream;
import java.util.Arrays;

/** Device time of a program, by events around its replay, the L2 cache flushed before each. */
public final class GpuTimer implements AutoCloseable {
  private static final int WARM_UPS = 3;

  private final Device device;
  private final DeviceStream stream;
  private final DeviceEvent begin;
  private final DeviceEvent end;
  private final DeviceMemory flush;

  GpuTimer(Device device, DeviceStream stream) {
    this.device = device;
    this.stream = stream;
    this.begin = device.openEvent();
    this.end = device.openEvent();
    this.flush = device.allocate("flush", Math.max(2 * device.info().l2Bytes(), 1));
  }

  /**
   * Runs a program several times.
   *
   * @param program of the backend this timer came from
   * @return milliseconds of each run, sorted
   */
  public float[] milliseconds(Executable program, int runs) {
    if (!(program instanceof GpuProgram gpu)) {
      throw new IllegalArgumentException("GpuTimer: the program belongs to another backend");
    }
    float[] times = new float[runs];
    synchronized (stream) {
      for (int i = -WARM_UPS; i < runs; i++) {
        device.fill(flush.address(), flush.byteSize(), (byte) i);
        stream.record(begin);
        gpu.replay();
        stream.record(end);
        end.synchronize();
        if (i >= 0) {
          times[i] = end.millisecondsSince(begin);
        }
      }
      stream.synchronize();
    }
    Arrays.sort(times);
    return times;
  }

  @Override
  public void close() {
    flush.close();
    end.close();
    begin.close();
  }
}
