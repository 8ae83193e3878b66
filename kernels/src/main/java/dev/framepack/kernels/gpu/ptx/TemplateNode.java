package dev.framepack.kernels.gpu.ptx;

import java.util.List;

/** A template as a tree: text lines and directives. Operands are kept as written. */
sealed interface TemplateNode {

  /** Line in its file, from 1. */
  int line();

  record Text(int line, String text) implements TemplateNode {}

  /** {@code #let NAME = EXPR}. */
  record Let(int line, String name, String expression) implements TemplateNode {}

  /** {@code #if} with its {@code #elif}s; the condition of {@code #else} is {@code 1}. */
  record If(int line, List<Branch> branches) implements TemplateNode {}

  record Branch(int line, String condition, List<TemplateNode> body) {}

  /** {@code #for NAME in A..B step S}; range is what follows {@code in}. */
  record For(int line, String name, String range, List<TemplateNode> body)
      implements TemplateNode {}

  record Macro(int line, String name, List<String> formals, List<TemplateNode> body)
      implements TemplateNode {}

  /** {@code #use name(arguments)}; arguments as written, without the parentheses. */
  record Use(int line, String name, String arguments) implements TemplateNode {}

  /** {@code #include}, {@code #registers}, {@code #shared}, {@code #error}. */
  record Simple(int line, String directive, String operand) implements TemplateNode {}
}
