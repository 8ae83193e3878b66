package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.EmulationException;
import dev.framepack.kernels.emulator.parse.PtxOperand;
import dev.framepack.kernels.emulator.parse.PtxType;
import java.util.List;
import java.util.Set;

/** ld, st, prefetch and cache policies. */
final class MemoryFamily implements InstructionFamily {
  @Override
  public Set<String> opcodes() {
    return Set.of(
        "ld", "ldu", "st", "prefetch", "prefetchu", "createpolicy", "discard", "applypriority");
  }

  @Override
  public Instruction decode(Form form, Decoder decoder) {
    return switch (form.opcode()) {
      case "ld", "ldu" -> load(form, decoder);
      case "st" -> store(form, decoder);
      case "createpolicy" -> policy(form, decoder);
      case "prefetch", "prefetchu" -> {
        form.takeAny("global", "local", "tensormap", "param", "const");
        form.takeAny("L1", "L2", "L2::evict_last", "L2::evict_normal");
        yield new ControlFamily.Nothing();
      }
      default -> throw form.unknown("not supported");
    };
  }

  /** The space of a memory instruction; generic when none is named. */
  static Space space(Form form) {
    String name =
        form.takeAny("global", "shared", "shared::cta", "local", "param", "param::entry", "const");
    return switch (name == null ? "" : name) {
      case "" -> Space.GENERIC;
      case "global" -> Space.GLOBAL;
      case "shared", "shared::cta" -> Space.SHARED;
      case "local" -> Space.LOCAL;
      case "param", "param::entry" -> Space.PARAM;
      default -> throw form.unknown("no constant memory here");
    };
  }

  private static void takeHints(Form form) {
    form.takeAny("ca", "cg", "cs", "lu", "cv", "wb", "wt");
    form.take("nc");
    form.takeAny(
        "L1::evict_normal",
        "L1::evict_unchanged",
        "L1::evict_first",
        "L1::evict_last",
        "L1::no_allocate");
    form.takeAny("L2::evict_normal", "L2::evict_first", "L2::evict_last");
    form.take("L2::cache_hint");
    form.takeAny("L2::64B", "L2::128B", "L2::256B");
    if (form.takeAny("relaxed", "acquire", "release", "mmio") != null) {
      form.takeOneOf("cta", "cluster", "gpu", "sys");
    }
    form.takeAny("weak", "volatile");
  }

  private static int vector(Form form) {
    String vector = form.takeAny("v2", "v4");
    return vector == null ? 1 : vector.charAt(1) - '0';
  }

  private static Instruction load(Form form, Decoder decoder) {
    Space space = space(form);
    boolean orders = form.statement().modifiers().contains("acquire");
    takeHints(form);
    int count = vector(form);
    PtxType type = form.takeType();
    checkVector(form, type, count);
    form.expectOperands(2, 3);
    List<PtxOperand> targets = decoder.elements(form.operand(0));
    expectCount(form, targets, count);
    Element[] elements = new Element[count];
    for (int i = 0; i < count; i++) {
      Slot slot = decoder.destination(form, targets.get(i), type, true);
      elements[i] = new Element(slot, type.bytes(), type.isSigned(), i * type.bytes());
    }
    if (orders && space != Space.SHARED) {
      decoder.usesGlobalAtomics();
    }
    return new Load(space, AddressOperand.of(form, decoder, form.operand(1)), elements);
  }

  private static Instruction store(Form form, Decoder decoder) {
    Space space = space(form);
    boolean orders = form.statement().modifiers().contains("release");
    takeHints(form);
    int count = vector(form);
    PtxType type = form.takeType();
    checkVector(form, type, count);
    form.expectOperands(2, 3);
    List<PtxOperand> sources = decoder.elements(form.operand(1));
    expectCount(form, sources, count);
    Element[] elements = new Element[count];
    for (int i = 0; i < count; i++) {
      Slot slot = decoder.source(form, sources.get(i), type, true);
      elements[i] = new Element(slot, type.bytes(), type.isSigned(), i * type.bytes());
    }
    if (space == Space.SHARED || space == Space.GENERIC) {
      decoder.storesShared(type.bytes() * count);
    }
    if (space == Space.GLOBAL || space == Space.GENERIC) {
      decoder.storesGlobal(type.bytes() * count);
    }
    if (orders && space != Space.SHARED) {
      decoder.usesGlobalAtomics();
    }
    return new Store(space, AddressOperand.of(form, decoder, form.operand(0)), elements);
  }

  private static void expectCount(Form form, List<PtxOperand> operands, int count) {
    if (operands.size() != count) {
      throw form.unknown("expected %s registers, found %s".formatted(count, operands.size()));
    }
  }

  private static void checkVector(Form form, PtxType type, int count) {
    if (type.bits() < 8 || count * type.bytes() > 16) {
      throw form.unknown("an access moves 1 to 16 bytes");
    }
  }

  private static Instruction policy(Form form, Decoder decoder) {
    form.takeOneOf("fractional");
    form.takeStartingWith("L2::");
    form.takeOneOf("b64");
    form.expectOperands(1, 3);
    Slot to = decoder.destination(form, form.operand(0), PtxType.B64);
    return new Compute(IntegerKernels.COPY64, to, decoder.constant(PtxType.B64, 0));
  }

  private static int total(Element[] elements) {
    return elements.length * elements[0].bytes();
  }

  private static final class Load extends MemoryAccess {
    private final Element[] elements;
    private final boolean pairs;

    Load(Space space, AddressOperand address, Element[] elements) {
      super(space, address, total(elements), Kind.READ);
      this.elements = elements;
      this.pairs = Element.arePairs(elements);
    }

    @Override
    public void execute(Warp warp, int mask) {
      access(warp, mask);
    }

    @Override
    void transfer(Warp warp, byte[] data, int mask, boolean disjoint) {
      if (pairs && mask == -1) {
        Element.loadAll(elements, warp, data, warp.offsets);
        return;
      }
      for (Element element : elements) {
        element.load(warp, data, warp.offsets, mask);
      }
    }
  }

  private static final class Store extends MemoryAccess {
    private final Element[] elements;
    private final boolean pairs;

    Store(Space space, AddressOperand address, Element[] elements) {
      super(space, address, total(elements), Kind.WRITE);
      this.elements = elements;
      this.pairs = Element.arePairs(elements);
    }

    @Override
    public void execute(Warp warp, int mask) {
      for (Element element : elements) {
        warp.requireInit(mask, element.slot().id());
      }
      access(warp, mask);
    }

    @Override
    void transfer(Warp warp, byte[] data, int mask, boolean disjoint) {
      if (pairs && mask == -1) {
        Element.storeAll(elements, warp, data, warp.offsets);
      } else {
        for (Element element : elements) {
          element.store(warp, data, warp.offsets, mask);
        }
      }
      if (disjoint) {
        return;
      }
      for (Element element : elements) {
        int lost = element.lostLane(warp, data, warp.offsets, mask);
        if (lost >= 0) {
          throw warp.fault(
              EmulationException.Kind.LANE_CONFLICT,
              lost,
              "stores to an address to which another lane of the same instruction stores"
                  + " another value; which one stays is undefined");
        }
      }
    }
  }
}
