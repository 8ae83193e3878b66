package dev.framepack.kernels.emulator.parse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The statements between an entry's braces. */
final class PtxBodyParser {
  /** A label's name where it was used; placed once the whole body is read. */
  private record Reference(PtxToken token, PtxScope scope, PtxLabel label) {}

  private final PtxTokens tokens;
  private final PtxLayout shared;
  private final PtxLayout local;
  private final List<PtxRegister> registers = new ArrayList<>();
  private final List<PtxStatement> statements = new ArrayList<>();
  private final List<Reference> references = new ArrayList<>();
  private PtxScope scope;

  PtxBodyParser(PtxTokens tokens, PtxScope scope, PtxLayout shared, PtxLayout local) {
    this.tokens = tokens;
    this.scope = new PtxScope(scope);
    this.shared = shared;
    this.local = local;
  }

  List<PtxRegister> registers() {
    return List.copyOf(registers);
  }

  List<PtxStatement> statements() {
    return List.copyOf(statements);
  }

  void parse() {
    tokens.expect("{");
    int depth = 1;
    while (depth > 0) {
      PtxToken token = tokens.peek();
      if (token.kind() == PtxToken.Kind.END) {
        throw tokens.error(token, "expected '}' at the end of the entry");
      }
      if (tokens.skip("{")) {
        scope = new PtxScope(scope);
        depth++;
      } else if (tokens.skip("}")) {
        PtxScope outer = scope.outer();
        scope = outer == null ? scope : outer;
        depth--;
      } else if (!tokens.skip(";")) {
        statement(token);
      }
    }
    resolveLabels();
  }

  private void statement(PtxToken token) {
    switch (token.text()) {
      case ".reg" -> {
        tokens.next();
        PtxDeclarations.registers(
            tokens,
            scope,
            registers,
            (name, type) -> new PtxRegister(name, type, registers.size()));
      }
      case ".shared" -> {
        tokens.next();
        PtxDeclarations.variables(tokens, scope, PtxVariable.Space.SHARED, shared);
      }
      case ".local" -> {
        tokens.next();
        PtxDeclarations.variables(tokens, scope, PtxVariable.Space.LOCAL, local);
      }
      case ".pragma" -> {
        tokens.next();
        tokens.next();
        tokens.expect(";");
      }
      default -> {
        if (token.kind() == PtxToken.Kind.WORD && tokens.peekSecond().is(":")) {
          label();
        } else {
          instruction();
        }
      }
    }
  }

  private void label() {
    PtxToken name = tokens.next();
    tokens.expect(":");
    PtxLabel label = new PtxLabel(name.text());
    label.place(statements.size());
    if (!scope.declare(label)) {
      throw tokens.error(name, "label '" + name.text() + "' is placed twice in one scope");
    }
  }

  private void instruction() {
    PtxToken begin = tokens.peek();
    PtxRegister guard = null;
    boolean negated = false;
    if (tokens.skip("@")) {
      negated = tokens.skip("!");
      guard = predicate();
    }
    PtxToken word = tokens.expectWord();
    String[] parts = word.text().split("\\.", -1);
    if (parts[0].isEmpty() || Arrays.asList(parts).contains("") || parts[0].startsWith("%")) {
      throw tokens.error(word, "expected an instruction, found '" + word.text() + "'");
    }
    List<PtxOperand> operands = new ArrayList<>();
    if (!tokens.peek().is(";")) {
      do {
        operands.add(operand());
      } while (tokens.skip(","));
    }
    PtxToken end = tokens.peek();
    tokens.expect(";");
    statements.add(
        new PtxStatement(
            word.line(),
            tokens.between(begin, end),
            guard,
            negated,
            parts[0],
            Arrays.asList(parts).subList(1, parts.length),
            List.copyOf(operands)));
  }

  private PtxRegister predicate() {
    PtxToken token = tokens.expectWord();
    PtxRegister register = scope.register(token.text());
    if (register == null || register.type() != PtxType.PRED) {
      throw tokens.error(token, "expected a predicate register, found '" + token.text() + "'");
    }
    return register;
  }

  private PtxOperand operand() {
    PtxOperand first = simple();
    return tokens.skip("|") ? new PtxOperand.Pair(first, simple()) : first;
  }

  private PtxOperand simple() {
    if (tokens.skip("{")) {
      List<PtxOperand> elements = new ArrayList<>();
      do {
        elements.add(simple());
      } while (tokens.skip(","));
      tokens.expect("}");
      return new PtxOperand.Vector(List.copyOf(elements));
    }
    if (tokens.skip("[")) {
      return address();
    }
    if (tokens.skip("!")) {
      return new PtxOperand.NotPredicate(predicate());
    }
    boolean negative = tokens.skip("-");
    PtxToken token = tokens.next();
    if (token.kind() == PtxToken.Kind.NUMBER) {
      return literal(token, negative);
    }
    if (token.kind() != PtxToken.Kind.WORD || negative) {
      throw tokens.error(token, "expected an operand, found '" + token.text() + "'");
    }
    PtxOperand named = named(token);
    if (named != null) {
      return named;
    }
    Reference reference = new Reference(token, scope, new PtxLabel(token.text()));
    references.add(reference);
    return new PtxOperand.Label(reference.label());
  }

  private PtxOperand literal(PtxToken token, boolean negative) {
    try {
      return PtxLiteral.of(token.text(), negative);
    } catch (NumberFormatException e) {
      throw tokens.error(token, "'" + token.text() + "' is no number");
    }
  }

  /** A register, variable, special register or sink; null for a name that may be a label. */
  private @Nullable PtxOperand named(PtxToken token) {
    String text = token.text();
    if (text.equals("_")) {
      return new PtxOperand.Sink();
    }
    PtxRegister register = scope.register(text);
    if (register != null) {
      return new PtxOperand.Register(register);
    }
    PtxVariable variable = scope.variable(text);
    if (variable != null) {
      return new PtxOperand.Symbol(variable, tokens.peek().is("+") ? offset() : 0);
    }
    if (text.startsWith("%") && PtxSpecial.isKnown(text.substring(1))) {
      return new PtxOperand.Special(text.substring(1));
    }
    return null;
  }

  private long offset() {
    boolean subtract = tokens.skip("-");
    if (!subtract) {
      tokens.expect("+");
    }
    subtract ^= tokens.skip("-");
    PtxToken token = tokens.next();
    if (token.kind() == PtxToken.Kind.NUMBER
        && literal(token, subtract) instanceof PtxOperand.IntegerLiteral number) {
      return number.value();
    }
    throw tokens.error(token, "expected a constant offset, found '" + token.text() + "'");
  }

  private PtxOperand address() {
    PtxOperand base = simple();
    long offset = 0;
    if (base instanceof PtxOperand.Symbol symbol) {
      offset = symbol.offset();
      base = new PtxOperand.Symbol(symbol.variable(), 0);
    }
    if (tokens.peek().is("+") || tokens.peek().is("-")) {
      offset += offset();
    }
    List<PtxOperand> extra = new ArrayList<>();
    while (tokens.skip(",")) {
      extra.add(simple());
    }
    tokens.expect("]");
    return new PtxOperand.Address(base, offset, List.copyOf(extra));
  }

  private void resolveLabels() {
    for (Reference reference : references) {
      PtxToken token = reference.token();
      PtxLabel target = reference.scope().label(token.text());
      if (target == null) {
        throw tokens.error(
            token, "'" + token.text() + "' is neither a declared register or variable nor a label");
      }
      reference.label().place(target.statement());
    }
  }
}
