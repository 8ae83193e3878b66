package dev.framepack.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/**
 * One run of the program in this virtual machine.
 *
 * @param code how it ended
 * @param out what it printed
 * @param err what it said
 */
record ProgramRun(int code, String out, String err) {

  static ProgramRun of(List<String> args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), args.toArray(String[]::new));
    return new ProgramRun(code, out.toString(), err.toString());
  }

  static ProgramRun of(String... args) {
    return of(List.of(args));
  }

  /** Lines that tell a failure. */
  List<String> errorLines() {
    return err.lines().filter(line -> line.startsWith("framepack: ")).toList();
  }

  /** It ended so, with one line that says why and no stack trace. */
  void assertRefused(int expectedCode, String... parts) {
    assertThat(code).as(err).isEqualTo(expectedCode);
    assertThat(errorLines()).as(err).hasSize(1);
    String line = errorLines().getFirst();
    assertThat(line).matches("framepack: [A-Z0-9_]+: .*").contains(parts);
    assertThat(line.length()).isLessThanOrEqualTo(420);
    assertThat(err).doesNotContain("\tat ");
  }
}
