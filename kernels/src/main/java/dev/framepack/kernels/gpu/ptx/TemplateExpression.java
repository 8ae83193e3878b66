package dev.framepack.kernels.gpu.ptx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongBinaryOperator;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Expressions of templates over 64-bit integers and words, with C's operators and precedence. A
 * value is a {@code Long} or a {@code String}; truth is 1 and 0.
 */
final class TemplateExpression {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(0x[0-9a-fA-F]+|\\d+|\\w+|\"[^\"]*\"|<<|>>|<=|>=|==|!=|&&|\\|\\||\\.\\.|\\S)");

  /** Operators by rising precedence. */
  private static final List<Map<String, LongBinaryOperator>> LEVELS =
      List.of(
          Map.of("|", (a, b) -> a | b),
          Map.of("^", (a, b) -> a ^ b),
          Map.of("&", (a, b) -> a & b),
          Map.of(),
          Map.of(
              "<", (a, b) -> truth(a < b),
              "<=", (a, b) -> truth(a <= b),
              ">", (a, b) -> truth(a > b),
              ">=", (a, b) -> truth(a >= b)),
          Map.of("<<", (a, b) -> a << b, ">>", (a, b) -> a >> b),
          Map.of("+", (a, b) -> a + b, "-", (a, b) -> a - b),
          Map.of(
              "*", (a, b) -> a * b,
              "/", (a, b) -> a / nonZero(b),
              "%", (a, b) -> a % nonZero(b)));

  private static final int EQUALITY = 3;

  private final List<String> tokens = new ArrayList<>();
  private final Function<String, @Nullable Object> names;
  private int next;

  /** False in the branch that is not taken: it is read, and its names may be unknown. */
  private boolean live = true;

  /**
   * @param names the value of a name, null when it has none
   */
  TemplateExpression(String text, Function<String, @Nullable Object> names) {
    this.names = names;
    Matcher matcher = TOKEN.matcher(text.strip());
    while (matcher.lookingAt()) {
      tokens.add(matcher.group(1));
      matcher.region(matcher.end(), matcher.regionEnd());
    }
  }

  /** The whole text as one value. */
  Object value() {
    Object value = conditional();
    if (next < tokens.size()) {
      throw new IllegalArgumentException("unexpected " + tokens.get(next));
    }
    return value;
  }

  long integer() {
    return integer(value());
  }

  /** {@code A..B} or {@code A..B step S}: the three numbers. */
  long[] range() {
    long first = integer(conditional());
    expect("..");
    long end = integer(conditional());
    long step = accept("step") ? integer(conditional()) : 1;
    if (next < tokens.size() || step == 0) {
      throw new IllegalArgumentException(
          step == 0 ? "#for counts by 0" : "unexpected " + tokens.get(next));
    }
    return new long[] {first, end, step};
  }

  private Object conditional() {
    Object condition = or();
    if (!accept("?")) {
      return condition;
    }
    boolean taken = integer(condition) != 0;
    Object yes = guarded(taken, this::conditional);
    expect(":");
    Object no = guarded(!taken, this::conditional);
    return taken ? yes : no;
  }

  private Object or() {
    Object left = and();
    while (accept("||")) {
      boolean decided = integer(left) != 0;
      Object right = guarded(!decided, this::and);
      left = truth(decided || integer(right) != 0);
    }
    return left;
  }

  private Object and() {
    Object left = binary(0);
    while (accept("&&")) {
      boolean open = integer(left) != 0;
      Object right = guarded(open, () -> binary(0));
      left = truth(open && integer(right) != 0);
    }
    return left;
  }

  private Object guarded(boolean taken, Supplier<Object> part) {
    boolean outer = live;
    live &= taken;
    Object value = part.get();
    live = outer;
    return value;
  }

  private Object binary(int level) {
    if (level == LEVELS.size()) {
      return unary();
    }
    Object left = binary(level + 1);
    while (next < tokens.size()) {
      String operator = tokens.get(next);
      if (level == EQUALITY && (operator.equals("==") || operator.equals("!="))) {
        next++;
        left = truth(left.equals(binary(level + 1)) == operator.equals("=="));
        continue;
      }
      LongBinaryOperator operation = LEVELS.get(level).get(operator);
      if (operation == null) {
        return left;
      }
      next++;
      Object right = binary(level + 1);
      left = live ? operation.applyAsLong(integer(left), integer(right)) : Long.valueOf(1);
    }
    return left;
  }

  private Object unary() {
    if (accept("-")) {
      return -integer(unary());
    }
    if (accept("~")) {
      return ~integer(unary());
    }
    if (accept("!")) {
      return truth(integer(unary()) == 0);
    }
    return primary();
  }

  private Object primary() {
    if (next == tokens.size()) {
      throw new IllegalArgumentException("a value is missing at the end");
    }
    String token = tokens.get(next++);
    char first = token.charAt(0);
    if (first == '(') {
      Object value = conditional();
      expect(")");
      return value;
    }
    if (first == '"' && token.length() > 1) {
      return token.substring(1, token.length() - 1);
    }
    if (Character.isDigit(first)) {
      return number(token);
    }
    if (!Character.isLetter(first) && first != '_') {
      throw new IllegalArgumentException("unexpected " + token);
    }
    return accept("(") ? call(token) : named(token);
  }

  private static Long number(String token) {
    try {
      return Long.decode(token.startsWith("0x") ? token : token.replaceFirst("^0+(?=\\d)", ""));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not an integer of 64 bits: " + token, e);
    }
  }

  private Object call(String function) {
    if (function.equals("defined")) {
      String name = tokens.get(next++);
      expect(")");
      return truth(names.apply(name) != null);
    }
    long a = integer(conditional());
    expect(",");
    long b = integer(conditional());
    expect(")");
    return switch (function) {
      case "min" -> Math.min(a, b);
      case "max" -> Math.max(a, b);
      default -> throw new IllegalArgumentException("unknown function " + function);
    };
  }

  private Object named(String name) {
    Object value = names.apply(name);
    if (value == null && live) {
      throw new IllegalArgumentException("undefined name " + name + " (words need quotes)");
    }
    return value == null ? Long.valueOf(1) : value;
  }

  private boolean accept(String token) {
    if (next < tokens.size() && tokens.get(next).equals(token)) {
      next++;
      return true;
    }
    return false;
  }

  private void expect(String token) {
    if (!accept(token)) {
      String found = next < tokens.size() ? tokens.get(next) : "the end";
      throw new IllegalArgumentException("expected " + token + ", found " + found);
    }
  }

  private long integer(Object value) {
    if (value instanceof Long number) {
      return number;
    }
    if (!live) {
      return 1;
    }
    throw new IllegalArgumentException("not an integer: \"" + value + "\"");
  }

  private static long truth(boolean condition) {
    return condition ? 1 : 0;
  }

  private static long nonZero(long divisor) {
    if (divisor == 0) {
      throw new IllegalArgumentException("division by zero");
    }
    return divisor;
  }
}
