package dev.framepack.engine.trace;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A stage of a job: an encoder, the denoising or the decoding of a section. */
@Name("dev.framepack.Phase")
@Label("Phase")
@Category("FramePack")
@StackTrace(false)
final class PhaseEvent extends Event {
  @Label("Job ID")
  @Nullable String job;

  @Label("Phase")
  @Nullable String phase;

  @Label("Section")
  int section;
}
