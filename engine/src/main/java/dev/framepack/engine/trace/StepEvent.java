package dev.framepack.engine.trace;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A model evaluation of a job, with the sampler's part of it. */
@Name("dev.framepack.Step")
@Label("Step")
@Category("FramePack")
@StackTrace(false)
final class StepEvent extends Event {
  @Label("Job ID")
  @Nullable String job;

  @Label("Section")
  int section;

  @Label("Step")
  int step;
}
