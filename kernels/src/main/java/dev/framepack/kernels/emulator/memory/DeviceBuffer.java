package dev.framepack.kernels.emulator.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One allocation. Its address is its number shifted left by 40, so a wild address hits nothing. */
public final class DeviceBuffer {
  static final int ADDRESS_BITS = 40;

  private final int number;
  private final String purpose;
  private final int byteSize;
  private byte[] data;
  private byte @Nullable [] initialised;
  private boolean freed;

  DeviceBuffer(int number, String purpose, int byteSize) {
    this.number = number;
    this.purpose = purpose;
    this.byteSize = byteSize;
    this.data = new byte[byteSize];
    this.initialised = new byte[byteSize];
  }

  public long address() {
    return (long) number << ADDRESS_BITS;
  }

  public String purpose() {
    return purpose;
  }

  public int byteSize() {
    return byteSize;
  }

  public byte[] data() {
    return data;
  }

  public boolean isFreed() {
    return freed;
  }

  void free() {
    freed = true;
    data = new byte[0];
    initialised = null;
  }

  /** Per byte 1 where something was stored; null once every byte was. */
  byte @Nullable [] initialised() {
    return initialised;
  }

  /** Records a store from outside a kernel. */
  public void initialise(int offset, int bytes) {
    byte[] flags = initialised;
    if (flags == null) {
      return;
    }
    if (bytes == byteSize) {
      initialised = null;
      return;
    }
    Arrays.fill(flags, offset, offset + bytes, (byte) 1);
  }

  /** Index of the first byte of the range that nothing was stored to, or -1. */
  int firstUninitialised(int offset, int bytes) {
    byte[] flags = initialised;
    return flags == null ? -1 : Bytes.firstZero(flags, offset, offset + bytes);
  }
}
