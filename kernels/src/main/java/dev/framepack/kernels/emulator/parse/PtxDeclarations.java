package dev.framepack.kernels.emulator.parse;

import java.util.List;
import java.util.function.BiFunction;

/** {@code .param}, {@code .shared}, {@code .local} and {@code .reg} declarations. */
final class PtxDeclarations {
  private PtxDeclarations() {}

  static PtxType type(PtxTokens tokens) {
    PtxToken token = tokens.expectWord();
    PtxType type = token.text().startsWith(".") ? PtxType.of(token.text().substring(1)) : null;
    if (type == null) {
      throw tokens.error(token, "unknown type '" + token.text() + "'");
    }
    return type;
  }

  /** {@code .align 64 .b8 name[128]} or {@code .u64 name}. */
  static void parameter(PtxTokens tokens, PtxScope scope, PtxLayout layout) {
    variable(tokens, scope, PtxVariable.Space.PARAM, layout);
  }

  /** After {@code .shared} or {@code .local}, up to and with the semicolon. */
  static void variables(
      PtxTokens tokens, PtxScope scope, PtxVariable.Space space, PtxLayout layout) {
    variable(tokens, scope, space, layout);
    tokens.expect(";");
  }

  private static void variable(
      PtxTokens tokens, PtxScope scope, PtxVariable.Space space, PtxLayout layout) {
    int alignment = 0;
    if (tokens.skip(".align")) {
      PtxToken token = tokens.peek();
      alignment = tokens.expectInteger();
      if (Integer.bitCount(alignment) != 1) {
        throw tokens.error(token, "expected an alignment that is a power of two");
      }
    }
    PtxType type = type(tokens);
    // PTX writes pointer attributes of a parameter as ".ptr .global .align 16".
    if (tokens.skip(".ptr")) {
      while (tokens.peek().text().startsWith(".")) {
        if (tokens.next().is(".align")) {
          tokens.expectInteger();
        }
      }
    }
    PtxToken name = tokens.expectWord();
    long count = 1;
    boolean unsized = false;
    while (tokens.skip("[")) {
      if (tokens.skip("]")) {
        unsized = true;
        continue;
      }
      count *= tokens.expectInteger();
      tokens.expect("]");
    }
    PtxVariable variable;
    int aligned = Math.max(alignment, type.bytes());
    if (unsized) {
      if (space != PtxVariable.Space.SHARED) {
        throw tokens.error(name, "an array without size is possible in .extern .shared only");
      }
      variable =
          new PtxVariable(
              name.text(), PtxVariable.Space.DYNAMIC_SHARED, type, Math.max(aligned, 16), 0, 0);
    } else {
      variable =
          layout.place(name.text(), space, type, aligned, Math.toIntExact(count * type.bytes()));
    }
    if (!scope.declare(variable)) {
      throw tokens.error(name, "'" + name.text() + "' is declared twice");
    }
  }

  /** After {@code .reg}: {@code .b32 %r<4>, %x;}. */
  static void registers(
      PtxTokens tokens,
      PtxScope scope,
      List<PtxRegister> all,
      BiFunction<String, PtxType, PtxRegister> create) {
    PtxType type = type(tokens);
    do {
      PtxToken name = tokens.expectWord();
      if (tokens.skip("<")) {
        int count = tokens.expectInteger();
        tokens.expect(">");
        for (int i = 0; i < count; i++) {
          declare(tokens, scope, all, create.apply(name.text() + i, type), name);
        }
      } else {
        declare(tokens, scope, all, create.apply(name.text(), type), name);
      }
    } while (tokens.skip(","));
    tokens.expect(";");
  }

  private static void declare(
      PtxTokens tokens,
      PtxScope scope,
      List<PtxRegister> all,
      PtxRegister register,
      PtxToken token) {
    if (!scope.declare(register)) {
      throw tokens.error(token, "register '" + register.name() + "' is declared twice");
    }
    all.add(register);
  }
}
