package dev.framepack.kernels.emulator.exec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Allots slots, and says how a warp's register files begin. The first four slots of each file are
 * scratch.
 */
final class SlotTable {
  static final int LANES = 32;

  private record Constant(Slot slot, long bits) {}

  private final Map<Long, Slot> constants32 = new HashMap<>();
  private final Map<Long, Slot> constants64 = new HashMap<>();
  private final Map<Boolean, Slot> constantPredicates = new HashMap<>();
  private final List<Constant> constants = new ArrayList<>();
  private final List<Integer> initialised = new ArrayList<>();
  private int count32 = Lanes.SCRATCH;
  private int count64 = Lanes.SCRATCH;
  private int countPredicates = 1;
  private int ids = 1;

  SlotTable() {
    // Id 0 stands for an absent source.
    initialised.add(0);
  }

  Slot register32() {
    return new Slot(Slot.File.BITS32, LANES * count32++, ids++);
  }

  Slot register64() {
    return new Slot(Slot.File.BITS64, LANES * count64++, ids++);
  }

  Slot predicate() {
    return new Slot(Slot.File.PREDICATE, countPredicates++, ids++);
  }

  Slot special32() {
    return always(register32());
  }

  Slot special64() {
    return always(register64());
  }

  Slot constant32(int bits) {
    return constants32.computeIfAbsent((long) bits, b -> constant(special32(), b));
  }

  Slot constant64(long bits) {
    return constants64.computeIfAbsent(bits, b -> constant(special64(), b));
  }

  Slot constantPredicate(boolean value) {
    return constantPredicates.computeIfAbsent(
        value, v -> constant(always(predicate()), v ? -1 : 0));
  }

  private Slot always(Slot slot) {
    initialised.add(slot.id());
    return slot;
  }

  private Slot constant(Slot slot, long bits) {
    constants.add(new Constant(slot, bits));
    return slot;
  }

  int words32() {
    return LANES * count32;
  }

  int words64() {
    return LANES * count64;
  }

  int predicates() {
    return countPredicates;
  }

  /** Which slots hold a value before the first instruction: -1 all lanes, 0 none. */
  int[] initTemplate() {
    int[] template = new int[ids];
    initialised.forEach(id -> template[id] = -1);
    return template;
  }

  /** Writes the constants into new register files. */
  void fillConstants(int[] r, long[] q, int[] p) {
    for (Constant constant : constants) {
      int base = constant.slot().base();
      switch (constant.slot().file()) {
        case BITS32 -> java.util.Arrays.fill(r, base, base + LANES, (int) constant.bits());
        case BITS64 -> java.util.Arrays.fill(q, base, base + LANES, constant.bits());
        case PREDICATE -> p[base] = (int) constant.bits();
      }
    }
  }
}
