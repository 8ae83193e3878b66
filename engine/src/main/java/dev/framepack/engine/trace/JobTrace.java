package dev.framepack.engine.trace;

import org.jspecify.annotations.Nullable;

/**
 * The events within one job: a phase and a section last until the next begins, a step until it is
 * done. One thread at a time.
 */
public final class JobTrace {
  /** Of a run on paper: leaves no events. */
  public static final JobTrace NONE = new JobTrace("", false);

  private final String job;
  private final boolean recorded;
  private @Nullable PhaseEvent phase;
  private @Nullable SectionEvent section;
  private @Nullable StepEvent step;

  /**
   * @param job its id
   */
  public JobTrace(String job) {
    this(job, true);
  }

  private JobTrace(String job, boolean recorded) {
    this.job = job;
    this.recorded = recorded;
  }

  public void beginPhase(String name, int sectionNumber) {
    if (!recorded) {
      return;
    }
    endPhase();
    PhaseEvent next = new PhaseEvent();
    next.job = job;
    next.phase = name;
    next.section = sectionNumber;
    next.begin();
    phase = next;
  }

  public void beginSection(int number) {
    if (!recorded) {
      return;
    }
    endSection();
    SectionEvent next = new SectionEvent();
    next.job = job;
    next.section = number;
    next.begin();
    section = next;
  }

  public void beginStep(int sectionNumber, int number) {
    if (!recorded) {
      return;
    }
    StepEvent next = new StepEvent();
    next.job = job;
    next.section = sectionNumber;
    next.step = number;
    next.begin();
    step = next;
  }

  public void endStep() {
    if (step != null) {
      step.commit();
      step = null;
    }
  }

  private void endPhase() {
    if (phase != null) {
      phase.commit();
      phase = null;
    }
  }

  private void endSection() {
    if (section != null) {
      section.commit();
      section = null;
    }
  }

  /** Ends what is begun, when the job ends, however it does. */
  public void end() {
    endStep();
    endPhase();
    endSection();
  }
}
