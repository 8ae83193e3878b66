package dev.framepack.kernels.gpu.ptx;

import dev.framepack.kernels.gpu.ptx.TemplateNode.Branch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From the lines of a template file to its tree. */
final class TemplateParser {
  private static final Pattern DIRECTIVE = Pattern.compile("#([a-z]+)\\s*(.*)");
  private static final Pattern LET = Pattern.compile("(\\w+)\\s*=(?!=)\\s*(.+)");
  private static final Pattern FOR = Pattern.compile("(\\w+)\\s+in\\s+(.+)");
  private static final Pattern CALL = Pattern.compile("(\\w+)\\s*(?:\\((.*)\\))?");
  private static final Set<String> BLOCK_ENDS = Set.of("elif", "else", "end");
  private static final Set<String> SIMPLE = Set.of("include", "registers", "shared", "error");

  private final String file;
  private final String[] lines;
  private int next;

  /** The directive that ended the latest block, at line {@code next}; empty at the file's end. */
  private String ending = "";

  private String endingOperand = "";

  private TemplateParser(String file, String text) {
    this.file = file;
    this.lines = text.lines().toArray(String[]::new);
  }

  static List<TemplateNode> parse(String file, String text) {
    TemplateParser parser = new TemplateParser(file, text);
    List<TemplateNode> nodes = parser.block();
    if (!parser.ending.isEmpty()) {
      throw parser.failure(parser.next, "#" + parser.ending + " without a block to end");
    }
    return nodes;
  }

  private List<TemplateNode> block() {
    List<TemplateNode> nodes = new ArrayList<>();
    while (next < lines.length) {
      String line = lines[next++];
      if (!line.stripLeading().startsWith("#")) {
        nodes.add(new TemplateNode.Text(next, line));
        continue;
      }
      int number = next;
      Matcher directive = DIRECTIVE.matcher(operandText(line));
      if (!directive.matches()) {
        throw failure(number, "not a directive: " + line.strip());
      }
      String name = directive.group(1);
      if (BLOCK_ENDS.contains(name)) {
        ending = name;
        endingOperand = directive.group(2);
        return nodes;
      }
      nodes.add(directive(number, name, directive.group(2)));
    }
    ending = "";
    return nodes;
  }

  /** A directive without its comment, continued over lines that end in a backslash. */
  private String operandText(String firstLine) {
    StringBuilder text = new StringBuilder();
    String line = firstLine;
    while (true) {
      String code = line.substring(0, commentStart(line)).strip();
      if (!code.endsWith("\\") || next == lines.length) {
        return text.append(code).toString();
      }
      text.append(code, 0, code.length() - 1).append(' ');
      line = lines[next++];
    }
  }

  /** Where a line's {@code //} comment begins, or its length. */
  static int commentStart(String line) {
    int start = line.indexOf("//");
    return start < 0 ? line.length() : start;
  }

  private TemplateNode directive(int number, String name, String operand) {
    switch (name) {
      case "let" -> {
        Matcher let = match(number, LET, operand, "#let NAME = EXPRESSION");
        return new TemplateNode.Let(number, let.group(1), let.group(2));
      }
      case "if" -> {
        return conditional(number, operand);
      }
      case "for" -> {
        Matcher loop = match(number, FOR, operand, "#for NAME in FIRST..END");
        return new TemplateNode.For(number, loop.group(1), loop.group(2), closed(number, name));
      }
      case "macro" -> {
        Matcher macro = match(number, CALL, operand, "#macro name(formals)");
        List<String> formals = arguments(macro.group(2) == null ? "" : macro.group(2));
        return new TemplateNode.Macro(number, macro.group(1), formals, closed(number, name));
      }
      case "use" -> {
        Matcher use = match(number, CALL, operand, "#use name(arguments)");
        String arguments = use.group(2) == null ? "" : use.group(2);
        return new TemplateNode.Use(number, use.group(1), arguments);
      }
      default -> {
        if (SIMPLE.contains(name)) {
          return new TemplateNode.Simple(number, name, operand);
        }
        throw failure(number, "unknown directive #" + name);
      }
    }
  }

  private TemplateNode conditional(int number, String firstCondition) {
    List<Branch> branches = new ArrayList<>();
    int line = number;
    String condition = firstCondition;
    boolean last = false;
    while (true) {
      List<TemplateNode> body = block();
      branches.add(new Branch(line, condition, body));
      if (ending.equals("end")) {
        return new TemplateNode.If(number, branches);
      }
      if (ending.isEmpty() || last) {
        throw last
            ? failure(next, "#else is not the last branch")
            : failure(number, "#if without #end");
      }
      line = next;
      last = ending.equals("else");
      condition = last ? "1" : endingOperand;
    }
  }

  private List<TemplateNode> closed(int number, String name) {
    List<TemplateNode> body = block();
    if (!ending.equals("end")) {
      throw failure(number, "#" + name + " without #end");
    }
    return body;
  }

  /** Splits at commas outside brackets; nothing at all is no argument. */
  static List<String> arguments(String text) {
    List<String> arguments = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '(', '[', '{' -> depth++;
        case ')', ']', '}' -> depth--;
        case ',' -> {
          if (depth == 0) {
            arguments.add(text.substring(start, i).strip());
            start = i + 1;
          }
        }
        default -> {}
      }
    }
    String rest = text.substring(start).strip();
    if (!arguments.isEmpty() || !rest.isEmpty()) {
      arguments.add(rest);
    }
    return arguments;
  }

  private Matcher match(int number, Pattern pattern, String operand, String form) {
    Matcher matcher = pattern.matcher(operand);
    if (!matcher.matches()) {
      throw failure(number, "expected " + form + ", found " + operand);
    }
    return matcher;
  }

  private PtxTemplateException failure(int number, String what) {
    return new PtxTemplateException(new SourceLine(file, number, null), what);
  }
}
