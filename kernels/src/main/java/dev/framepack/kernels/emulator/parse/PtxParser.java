package dev.framepack.kernels.emulator.parse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** PTX text to a {@link PtxModule}. What it does not know is an error, never skipped. */
public final class PtxParser {
  private static final Set<String> PERFORMANCE =
      Set.of(
          ".maxntid",
          ".reqntid",
          ".minnctapersm",
          ".maxnctapersm",
          ".maxnreg",
          ".reqnctapercluster",
          ".maxclusterrank",
          ".explicitcluster",
          ".noreturn");

  private final PtxTokens tokens;
  private final PtxScope moduleScope = new PtxScope(null);
  private final PtxLayout moduleShared = new PtxLayout();

  private PtxParser(String text) {
    tokens = new PtxTokens(text);
  }

  /**
   * @throws dev.framepack.kernels.emulator.EmulationException with line and text
   */
  public static PtxModule parse(String text) {
    return new PtxParser(text).module();
  }

  private PtxModule module() {
    int version = 0;
    String target = "";
    List<PtxEntry> entries = new ArrayList<>();
    while (tokens.peek().kind() != PtxToken.Kind.END) {
      PtxToken token = tokens.next();
      switch (token.text()) {
        case ".version" -> version = version();
        case ".target" -> {
          target = tokens.expectWord().text();
          while (tokens.skip(",")) {
            tokens.expectWord();
          }
        }
        case ".address_size" -> {
          if (tokens.expectInteger() != 64) {
            throw tokens.error(token, "expected 64-bit addresses");
          }
        }
        case ".visible", ".extern", ".weak" -> {}
        case ".shared" -> {
          PtxDeclarations.variables(tokens, moduleScope, PtxVariable.Space.SHARED, moduleShared);
        }
        case ".entry" -> entries.add(entry());
        default ->
            throw tokens.error(token, "unknown directive '" + token.text() + "' at module scope");
      }
    }
    if (version == 0 || target.isEmpty() || entries.isEmpty()) {
      throw tokens.error(
          tokens.peek(), "expected .version, .target and an .entry; one of them is missing");
    }
    return new PtxModule(version, target, List.copyOf(entries));
  }

  private int version() {
    PtxToken token = tokens.next();
    try {
      return Math.toIntExact(Math.round(Double.parseDouble(token.text()) * 10));
    } catch (NumberFormatException e) {
      throw tokens.error(token, "expected a version such as 8.0, found '" + token.text() + "'");
    }
  }

  private PtxEntry entry() {
    String name = tokens.expectWord().text();
    PtxScope scope = new PtxScope(moduleScope);
    PtxLayout parameters = new PtxLayout();
    if (tokens.skip("(") && !tokens.skip(")")) {
      do {
        tokens.expect(".param");
        PtxDeclarations.parameter(tokens, scope, parameters);
      } while (tokens.skip(","));
      tokens.expect(")");
    }
    Map<String, List<Integer>> directives = directives();
    PtxLayout shared = new PtxLayout(moduleShared);
    PtxLayout local = new PtxLayout();
    PtxBodyParser body = new PtxBodyParser(tokens, scope, shared, local);
    body.parse();
    return new PtxEntry(
        name,
        parameters.variables(),
        parameters.byteSize(),
        directives.getOrDefault("maxntid", List.of()),
        directives.getOrDefault("reqntid", List.of()),
        directives.getOrDefault("reqnctapercluster", List.of()),
        directives,
        body.registers(),
        body.statements(),
        shared.byteSize(),
        local.byteSize());
  }

  private Map<String, List<Integer>> directives() {
    Map<String, List<Integer>> directives = new LinkedHashMap<>();
    while (!tokens.peek().is("{")) {
      PtxToken token = tokens.next();
      if (token.is(".pragma")) {
        tokens.next();
        tokens.expect(";");
        continue;
      }
      if (!PERFORMANCE.contains(token.text())) {
        throw tokens.error(token, "unknown directive '" + token.text() + "' of an entry");
      }
      List<Integer> numbers = new ArrayList<>();
      while (tokens.peek().kind() == PtxToken.Kind.NUMBER) {
        numbers.add(tokens.expectInteger());
        tokens.skip(",");
      }
      directives.put(token.text().substring(1), List.copyOf(numbers));
    }
    return directives;
  }
}
