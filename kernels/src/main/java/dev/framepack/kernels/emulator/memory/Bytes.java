package dev.framepack.kernels.emulator.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Little-endian access to byte arrays. */
public final class Bytes {
  public static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  public static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  public static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Bytes() {}

  public static int getInt(byte[] data, int offset) {
    return (int) INT.get(data, offset);
  }

  public static void putInt(byte[] data, int offset, int value) {
    INT.set(data, offset, value);
  }

  public static long getLong(byte[] data, int offset) {
    return (long) LONG.get(data, offset);
  }

  public static void putLong(byte[] data, int offset, long value) {
    LONG.set(data, offset, value);
  }

  public static short getShort(byte[] data, int offset) {
    return (short) SHORT.get(data, offset);
  }

  public static void putShort(byte[] data, int offset, int value) {
    SHORT.set(data, offset, (short) value);
  }

  /** Index of the first 0 in the range, or -1. The other bytes are 1. */
  static int firstZero(byte[] flags, int from, int to) {
    int at = from;
    for (; at + 8 <= to; at += 8) {
      if ((long) LONG.get(flags, at) != 0x0101010101010101L) {
        break;
      }
    }
    for (; at < to; at++) {
      if (flags[at] == 0) {
        return at;
      }
    }
    return -1;
  }
}
