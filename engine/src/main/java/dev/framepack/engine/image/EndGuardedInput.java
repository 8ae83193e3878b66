package dev.framepack.engine.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * An image file in memory that ends reading for good soon after its end was passed: a bit reader
 * that takes the end for zeros would go on for minutes on a damaged file.
 */
final class EndGuardedInput extends ImageInputStreamImpl {

  // Bit readers rightly prefetch a few bytes beyond the end.
  private static final int READS_BEYOND_END = 64;

  private final byte[] file;
  private int readsBeyondEnd;

  EndGuardedInput(byte[] file) {
    this.file = file;
  }

  @Override
  public int read() throws IOException {
    bitOffset = 0;
    if (streamPos >= file.length) {
      return beyondEnd();
    }
    return file[(int) streamPos++] & 0xFF;
  }

  @Override
  public int read(byte[] destination, int offset, int length) throws IOException {
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    if (streamPos >= file.length) {
      return beyondEnd();
    }
    int count = (int) Math.min(length, file.length - streamPos);
    System.arraycopy(file, (int) streamPos, destination, offset, count);
    streamPos += count;
    return count;
  }

  @Override
  public long length() {
    return file.length;
  }

  private int beyondEnd() throws IOException {
    if (++readsBeyondEnd > READS_BEYOND_END) {
      throw new DamagedImageException("its data end too early");
    }
    return -1;
  }
}
