package dev.framepack.engine.trace;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A section of a job, from its first step to the end of what it lets decode. */
@Name("dev.framepack.Section")
@Label("Section")
@Category("FramePack")
@StackTrace(false)
final class SectionEvent extends Event {
  @Label("Job ID")
  @Nullable String job;

  @Label("Section")
  int section;
}
