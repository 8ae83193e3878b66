package dev.framepack.engine.trace;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** The weights of a component, read, converted and brought to where they are used. */
@Name("dev.framepack.WeightUpload")
@Label("Weight Upload")
@Category("FramePack")
@StackTrace(false)
public final class WeightUploadEvent extends Event {
  @Label("Component")
  @Nullable String component;

  @Label("Size")
  @DataAmount
  long bytes;

  /** Ends the event. */
  public void end(String componentName, long byteCount) {
    end();
    if (shouldCommit()) {
      component = componentName;
      bytes = byteCount;
      commit();
    }
  }
}
