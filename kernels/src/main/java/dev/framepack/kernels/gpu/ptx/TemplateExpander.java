package dev.framepack.kernels.gpu.ptx;

import dev.framepack.kernels.gpu.ptx.TemplateNode.Branch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One expansion of a template: definitions in, PTX lines out. */
final class TemplateExpander {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_LINES = 1_000_000;
  private static final Pattern UNIQUE = Pattern.compile("%%(\\w+)");
  private static final Pattern INTEGER =
      Pattern.compile("-?(?:0|[1-9]\\d{0,17})|0x[0-9a-fA-F]{1,15}");

  /** Names of the file, or of one use of a macro on top of its user's. */
  private record Frame(@Nullable Frame outer, int id, Map<String, Object> names) {
    @Nullable Object find(String name) {
      Object value = names.get(name);
      return value != null || outer == null ? value : outer.find(name);
    }
  }

  private record MacroDefinition(TemplateNode.Macro macro, String file) {}

  private final Function<String, @Nullable String> sources;
  private final Map<String, MacroDefinition> macros = new HashMap<>();
  private final List<String> lines = new ArrayList<>();
  private final List<SourceLine> origins = new ArrayList<>();
  private Frame frame;
  private int frames;
  private long registers;
  private long sharedBytes;

  /**
   * @param sources text of a file, null when there is none
   */
  TemplateExpander(Function<String, @Nullable String> sources, Map<String, Object> definitions) {
    this.sources = sources;
    this.frame = new Frame(null, 0, new HashMap<>());
    definitions.forEach((name, value) -> frame.names.put(name, parameter(value)));
  }

  private static Object parameter(Object value) {
    return switch (value) {
      case Long number -> number;
      case Integer number -> number.longValue();
      case Boolean flag -> flag ? 1L : 0L;
      case Float number -> "0f%08X".formatted(Float.floatToRawIntBits(number));
      default -> value.toString();
    };
  }

  PtxTemplate.Expanded expand(String file) {
    include(file, new SourceLine(file, 1, null), null);
    String text = String.join("\n", lines) + "\n";
    return new PtxTemplate.Expanded(
        text, Math.toIntExact(registers), Math.toIntExact(sharedBytes), origins);
  }

  private void include(String file, SourceLine where, @Nullable SourceLine usedFrom) {
    String text = sources.apply(file);
    if (text == null) {
      throw new PtxTemplateException(where, "no file ptx/" + file);
    }
    expandAll(TemplateParser.parse(file, text), file, usedFrom);
  }

  private void expandAll(List<TemplateNode> nodes, String file, @Nullable SourceLine usedFrom) {
    for (TemplateNode node : nodes) {
      SourceLine where = new SourceLine(file, node.line(), usedFrom);
      try {
        expand(node, where);
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new PtxTemplateException(where, String.valueOf(e.getMessage()));
      }
    }
  }

  private void expand(TemplateNode node, SourceLine where) {
    switch (node) {
      case TemplateNode.Text text -> emit(substitute(text.text()), where);
      case TemplateNode.Let let ->
          frame.names.put(let.name(), expression(let.expression()).value());
      case TemplateNode.If conditional -> branch(conditional, where);
      case TemplateNode.For loop -> repeat(loop, where);
      case TemplateNode.Macro macro -> define(macro, where);
      case TemplateNode.Use use -> use(use, where);
      case TemplateNode.Simple simple -> simple(simple, where);
    }
  }

  private void emit(String line, SourceLine where) {
    if (lines.size() == MAX_LINES) {
      throw new IllegalArgumentException("more than " + MAX_LINES + " lines");
    }
    lines.add(line);
    origins.add(where);
  }

  private void branch(TemplateNode.If conditional, SourceLine where) {
    for (Branch branch : conditional.branches()) {
      SourceLine at = new SourceLine(where.file(), branch.line(), where.usedFrom());
      boolean taken;
      try {
        taken = expression(branch.condition()).integer() != 0;
      } catch (IllegalArgumentException e) {
        throw new PtxTemplateException(at, String.valueOf(e.getMessage()));
      }
      if (taken) {
        expandAll(branch.body(), where.file(), where.usedFrom());
        return;
      }
    }
  }

  private void repeat(TemplateNode.For loop, SourceLine where) {
    long[] range = expression(loop.range()).range();
    Object hidden = frame.names.get(loop.name());
    for (long i = range[0]; range[2] > 0 ? i < range[1] : i > range[1]; i += range[2]) {
      frame.names.put(loop.name(), i);
      expandAll(loop.body(), where.file(), where.usedFrom());
    }
    if (hidden == null) {
      frame.names.remove(loop.name());
    } else {
      frame.names.put(loop.name(), hidden);
    }
  }

  private void define(TemplateNode.Macro macro, SourceLine where) {
    MacroDefinition definition = new MacroDefinition(macro, where.file());
    MacroDefinition known = macros.put(macro.name(), definition);
    if (known != null && !known.equals(definition)) {
      throw new IllegalArgumentException(
          "#macro %s is defined already, at %s:%s"
              .formatted(macro.name(), known.file, known.macro.line()));
    }
  }

  private void use(TemplateNode.Use use, SourceLine where) {
    MacroDefinition definition = macros.get(use.name());
    if (definition == null) {
      throw new IllegalArgumentException("no #macro " + use.name());
    }
    List<String> formals = definition.macro.formals();
    List<String> arguments = TemplateParser.arguments(substitute(use.arguments()));
    if (formals.size() != arguments.size()) {
      throw new IllegalArgumentException(
          "%s takes (%s), found (%s)"
              .formatted(use.name(), String.join(", ", formals), String.join(", ", arguments)));
    }
    checkDepth(where);
    Frame user = frame;
    frame = new Frame(user, ++frames, new HashMap<>());
    for (int i = 0; i < formals.size(); i++) {
      frame.names.put(formals.get(i), argument(arguments.get(i)));
    }
    expandAll(definition.macro.body(), definition.file, where);
    frame = user;
  }

  private static Object argument(String text) {
    if (INTEGER.matcher(text).matches()) {
      return Long.decode(text);
    }
    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  private void simple(TemplateNode.Simple simple, SourceLine where) {
    switch (simple.directive()) {
      case "include" -> {
        checkDepth(where);
        include(String.valueOf(expression(simple.operand()).value()), where, where);
      }
      case "registers" -> {
        if (registers != 0) {
          throw new IllegalArgumentException("#registers is declared already");
        }
        registers = expression(simple.operand()).integer();
      }
      case "shared" -> sharedBytes = expression(simple.operand()).integer();
      default -> throw new IllegalArgumentException(substitute(simple.operand()));
    }
  }

  private static void checkDepth(SourceLine where) {
    if (where.depth() > MAX_DEPTH) {
      throw new IllegalArgumentException("more than " + MAX_DEPTH + " uses and includes deep");
    }
  }

  private TemplateExpression expression(String text) {
    return new TemplateExpression(substitute(text), frame::find);
  }

  /** Replaces {@code ${EXPR}} and {@code %%name}; a comment stays as it is. */
  private String substitute(String line) {
    int comment = TemplateParser.commentStart(line);
    StringBuilder out = new StringBuilder();
    int from = 0;
    for (int at = line.indexOf("${"); at >= 0 && at < comment; at = line.indexOf("${", from)) {
      int end = line.indexOf('}', at);
      if (end < 0) {
        throw new IllegalArgumentException("${ without }");
      }
      out.append(unique(line.substring(from, at)));
      out.append(new TemplateExpression(line.substring(at + 2, end), frame::find).value());
      from = end + 1;
    }
    int rest = Math.max(from, comment);
    return out.append(unique(line.substring(from, rest))).append(line.substring(rest)).toString();
  }

  private String unique(String text) {
    Matcher matcher = UNIQUE.matcher(text);
    if (!matcher.find()) {
      return text;
    }
    if (frame.id == 0) {
      throw new IllegalArgumentException(matcher.group() + " outside a macro");
    }
    return matcher.replaceAll("%m" + frame.id + "_$1");
  }
}
