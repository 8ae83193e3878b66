package dev.framepack.bench.jmh;

import dev.framepack.bench.device.RecordingDevice;
import dev.framepack.engine.BackendKind;
import dev.framepack.kernels.Executable;
import dev.framepack.kernels.OpCall;
import dev.framepack.kernels.gpu.GpuBackend;
import dev.framepack.kernels.gpu.device.Device;
import dev.framepack.kernels.gpu.device.DeviceStream;
import dev.framepack.kernels.gpu.device.Launch;
import dev.framepack.kernels.gpu.device.PreparedLaunch;
import dev.framepack.kernels.op.Add;
import dev.framepack.kernels.tensor.Tensor;
import dev.framepack.kernels.tensor.TensorArena;
import dev.framepack.kernels.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the host does per launch: single launches, and the replay of a recorded program. On {@code
 * recording} the Java side alone; on {@code cuda} with JCuda and the driver. Run with {@code -prof
 * gc}: a launch allocates nothing.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else
public class LaunchPathBench {
  private static final int LAUNCHES = 100;
  private static final int ELEMENTS = 1024;

  @Param({"recording", "cuda"})
  String device;

  private GpuBackend backend;
  private TensorArena arena;
  private Executable program;
  private DeviceStream stream;
  private PreparedLaunch launch;

  @Setup
  public void prepare() {
    backend =
        device.equals("cuda")
            ? (GpuBackend) BackendKind.CUDA.open(1)
            : new GpuBackend("recording", RecordingDevice.of(90, true));
    TensorType type = TensorType.f32(ELEMENTS);
    arena = backend.arena("bench", 3 * type.byteSize());
    Tensor a = arena.allocate("a", type);
    Tensor b = arena.allocate("b", type);
    Tensor sum = arena.allocate("sum", type);
    List<OpCall> calls = new ArrayList<>();
    for (int i = 0; i < LAUNCHES; i++) {
      calls.add(new OpCall(new Add(), List.of(a, b), sum, "add"));
    }
    program = backend.prepare(calls);
    Device gpu = backend.device();
    stream = gpu.openStream("bench");
    launch = gpu.prepare(firstLaunch());
  }

  private Launch firstLaunch() {
    return GpuBackend.launchesOf(program).getFirst();
  }

  /** Per launch of a stream of them. */
  @Benchmark
  @OperationsPerInvocation(LAUNCHES)
  public void launches() {
    for (int i = 0; i < LAUNCHES; i++) {
      stream.launch(launch);
    }
    stream.synchronize();
  }

  /** Per launch of a recorded program of a hundred. */
  @Benchmark
  @OperationsPerInvocation(LAUNCHES)
  public void replay() {
    program.run();
  }

  @TearDown
  public void close() {
    launch.close();
    stream.close();
    program.close();
    arena.close();
    backend.close();
  }
}
