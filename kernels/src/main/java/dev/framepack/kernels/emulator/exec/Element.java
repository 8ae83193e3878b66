package dev.framepack.kernels.emulator.exec;

import dev.framepack.kernels.emulator.memory.Bytes;

/** Moves one element of a vector access between memory and a register, lane by lane. */
record Element(Slot slot, int bytes, boolean signed, int shift) {

  /** Loads two or four neighbouring 32-bit elements of all lanes at once. */
  static void loadAll(Element[] elements, Warp warp, byte[] data, int[] offsets) {
    int[] r = warp.r;
    for (int e = 0; e < elements.length; e += 2) {
      int low = elements[e].slot.base();
      int high = elements[e + 1].slot.base();
      int shift = elements[e].shift;
      for (int l = 0; l < 32; l++) {
        long pair = Bytes.getLong(data, offsets[l] + shift);
        r[low + l] = (int) pair;
        r[high + l] = (int) (pair >>> 32);
      }
    }
    for (Element element : elements) {
      warp.init[element.slot.id()] = -1;
    }
  }

  /** Stores two or four neighbouring 32-bit elements of all lanes at once. */
  static void storeAll(Element[] elements, Warp warp, byte[] data, int[] offsets) {
    int[] r = warp.r;
    for (int e = 0; e < elements.length; e += 2) {
      int low = elements[e].slot.base();
      int high = elements[e + 1].slot.base();
      int shift = elements[e].shift;
      for (int l = 0; l < 32; l++) {
        long pair = (long) r[high + l] << 32 | (r[low + l] & 0xffffffffL);
        Bytes.putLong(data, offsets[l] + shift, pair);
      }
    }
  }

  /** True when {@link #loadAll} and {@link #storeAll} serve these elements. */
  static boolean arePairs(Element[] elements) {
    for (Element element : elements) {
      if (element.bytes != 4 || element.slot.isWide()) {
        return false;
      }
    }
    return elements.length > 1;
  }

  /** Loads for the lanes of the mask from {@code data[offsets[lane] + shift]}. */
  void load(Warp warp, byte[] data, int[] offsets, int mask) {
    if (slot.isWide()) {
      loadWide(warp.q, data, offsets, mask);
    } else if (bytes == 4) {
      int[] r = warp.r;
      int d = slot.base();
      if (mask == -1) {
        for (int l = 0; l < 32; l++) {
          r[d + l] = Bytes.getInt(data, offsets[l] + shift);
        }
      } else {
        for (int rest = mask; rest != 0; rest &= rest - 1) {
          int l = Integer.numberOfTrailingZeros(rest);
          r[d + l] = Bytes.getInt(data, offsets[l] + shift);
        }
      }
    } else {
      loadNarrow(warp.r, data, offsets, mask);
    }
    warp.init[slot.id()] |= mask;
  }

  private void loadWide(long[] q, byte[] data, int[] offsets, int mask) {
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      q[slot.base() + l] = value(data, offsets[l] + shift);
    }
  }

  private void loadNarrow(int[] r, byte[] data, int[] offsets, int mask) {
    int d = slot.base();
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      int at = offsets[l] + shift;
      int value = bytes == 2 ? Bytes.getShort(data, at) : data[at];
      r[d + l] = signed ? value : value & (bytes == 2 ? 0xffff : 0xff);
    }
  }

  private long value(byte[] data, int at) {
    return switch (bytes) {
      case 8 -> Bytes.getLong(data, at);
      case 4 -> signed ? Bytes.getInt(data, at) : Bytes.getInt(data, at) & 0xffffffffL;
      case 2 -> signed ? Bytes.getShort(data, at) : Bytes.getShort(data, at) & 0xffffL;
      default -> signed ? data[at] : data[at] & 0xffL;
    };
  }

  /** Stores for the lanes of the mask. */
  void store(Warp warp, byte[] data, int[] offsets, int mask) {
    int base = slot.base();
    if (bytes == 4 && !slot.isWide()) {
      int[] r = warp.r;
      if (mask == -1) {
        for (int l = 0; l < 32; l++) {
          Bytes.putInt(data, offsets[l] + shift, r[base + l]);
        }
        return;
      }
      for (int rest = mask; rest != 0; rest &= rest - 1) {
        int l = Integer.numberOfTrailingZeros(rest);
        Bytes.putInt(data, offsets[l] + shift, r[base + l]);
      }
      return;
    }
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      long value = slot.isWide() ? warp.q[base + l] : warp.r[base + l];
      int at = offsets[l] + shift;
      switch (bytes) {
        case 8 -> Bytes.putLong(data, at, value);
        case 4 -> Bytes.putInt(data, at, (int) value);
        case 2 -> Bytes.putShort(data, at, (int) value);
        default -> data[at] = (byte) value;
      }
    }
  }

  /** A lane whose value is not what memory now holds: another lane stored there too; or -1. */
  int lostLane(Warp warp, byte[] data, int[] offsets, int mask) {
    long cut = bytes == 8 ? -1 : (1L << 8 * bytes) - 1;
    for (int rest = mask; rest != 0; rest &= rest - 1) {
      int l = Integer.numberOfTrailingZeros(rest);
      long value = slot.isWide() ? warp.q[slot.base() + l] : warp.r[slot.base() + l];
      if ((value(data, offsets[l] + shift) & cut) != (value & cut)) {
        return l;
      }
    }
    return -1;
  }
}
