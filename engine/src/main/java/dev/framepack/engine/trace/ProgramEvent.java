package dev.framepack.engine.trace;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** One run of a compiled graph: a batch of kernels. Runs on paper, to plan memory, are shorter. */
@Name("dev.framepack.Program")
@Label("Program")
@Category("FramePack")
@StackTrace(false)
@Threshold("20 us")
public final class ProgramEvent extends Event {
  @Label("Graph")
  @Nullable String graph;

  @Label("Operations")
  @Description("Each one or more kernels")
  int operations;

  /** Ends the event. */
  public void end(String graphName, int operationCount) {
    end();
    if (shouldCommit()) {
      graph = graphName;
      operations = operationCount;
      commit();
    }
  }
}
