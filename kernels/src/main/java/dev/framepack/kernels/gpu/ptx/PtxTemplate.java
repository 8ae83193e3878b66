package dev.framepack.kernels.gpu.ptx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The macro assembler kernels are written in. A line whose first character is {@code #} directs it;
 * in every other line {@code ${EXPRESSION}} becomes its value; {@code //} comments stay.
 *
 * <pre>
 * #let NAME = EXPR                     defines, in the file or in this use of a macro
 * #if EXPR / #elif EXPR / #else / #end
 * #for NAME in FIRST..END step S / #end     END is excluded, step may be left out
 * #macro name(a, b) / #end             in its body ${a} is the argument, %%x a name of this use
 * #use name(x, y)                      arguments are text; {..}, [..], (..) keep their commas
 * #include "include/file.ptx"
 * #registers EXPR                      registers a thread may take, on any device
 * #shared EXPR                         bytes of shared memory a block takes
 * #error text
 * </pre>
 *
 * A directive that ends in a backslash goes on in the next line. Expressions have C's operators
 * over 64-bit integers, {@code ==} and {@code !=} also over "words", and min, max, {@code
 * defined(NAME)}. Names come from the kernel: its parameters, NAME and THREADS.
 */
public final class PtxTemplate {
  private static final Pattern LINE = Pattern.compile("line (\\d{1,7})");

  /**
   * A kernel's text.
   *
   * @param text PTX
   * @param maxRegisters the budget its {@code #registers} line declares; 0 when it has none
   * @param sharedBytes what its {@code #shared} line declares; 0 when it has none
   * @param origins the template line behind each line of the text
   */
  public record Expanded(String text, int maxRegisters, int sharedBytes, List<SourceLine> origins) {
    public Expanded {
      origins = List.copyOf(origins);
    }

    /** The template line behind a line of the text, counted from 1. */
    public SourceLine origin(int ptxLine) {
      return origins.get(ptxLine - 1);
    }

    /** A compiler's log with the template line beside each {@code line N} of it. */
    public String annotate(String log) {
      return LINE.matcher(log)
          .replaceAll(line -> {
            int number = Integer.parseInt(line.group(1));
            boolean known = number > 0 && number <= origins.size();
            return line.group() + (known ? " (ptx/" + origin(number) + ")" : "");
          });
    }
  }

  private static final Map<PtxKernel, SoftReference<Expanded>> EXPANDED = new ConcurrentHashMap<>();

  private PtxTemplate() {}

  /**
   * The PTX of a kernel, kept while memory allows.
   *
   * @throws PtxTemplateException with file, line and what is wrong there
   */
  public static Expanded expand(PtxKernel kernel) {
    SoftReference<Expanded> reference = EXPANDED.get(kernel);
    Expanded known = reference == null ? null : reference.get();
    if (known == null) {
      known = expand(kernel.file() + ".ptx", PtxTemplate::resource, kernel.definitions());
      EXPANDED.put(kernel, new SoftReference<>(known));
    }
    return known;
  }

  /**
   * Expands a template held elsewhere than among the resources.
   *
   * @param sources text of a file by name, null when there is none
   */
  static Expanded expand(
      String file, Function<String, @Nullable String> sources, Map<String, Object> definitions) {
    return new TemplateExpander(sources, definitions).expand(file);
  }

  private static @Nullable String resource(String file) {
    try (InputStream in = PtxTemplate.class.getResourceAsStream("/ptx/" + file)) {
      return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("ptx/" + file + " cannot be read", e);
    }
  }
}
