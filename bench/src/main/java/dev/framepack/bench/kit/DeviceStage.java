package dev.framepack.bench.kit;

import dev.framepack.bench.kit.KitReport.Verdict;
import dev.framepack.kernels.gpu.device.DeviceInfo;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the figures were measured on. */
final class DeviceStage implements KitStage {
  @Override
  public String name() {
    return "device";
  }

  @Override
  public int limitSeconds() {
    return 10;
  }

  @Override
  public boolean isPerPath() {
    return false;
  }

  @Override
  public void run(KitContext context) {
    DeviceInfo info = context.backend().device().info();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("computeCapability", info.computeCapability());
    figures.put("multiprocessors", info.multiprocessors());
    figures.put("sharedBytesPerBlock", info.sharedBytesPerBlock());
    figures.put("l2Bytes", info.l2Bytes());
    figures.put("totalBytes", info.totalBytes());
    figures.put("freeBytes", info.freeBytes());
    figures.put("driver", info.driver());
    figures.put("java", Runtime.version().toString());
    context.row(name(), info.name(), Verdict.INFO, figures);
  }
}
