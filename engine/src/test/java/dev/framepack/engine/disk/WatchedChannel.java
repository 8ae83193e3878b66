package dev.framepack.engine.disk;

import dev.framepack.engine.disk.DiskWatcher.Change;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A channel whose writes and forces are watched. A write that is refused writes half. */
final class WatchedChannel extends FileChannel {
  private final FileChannel real;
  private final Path path;
  private final DiskWatcher watcher;

  WatchedChannel(FileChannel real, Path path, DiskWatcher watcher) {
    this.real = real;
    this.path = path;
    this.watcher = watcher;
  }

  @FunctionalInterface
  private interface Write {
    int write(ByteBuffer bytes) throws IOException;
  }

  private int watched(ByteBuffer source, Write write) throws IOException {
    try {
      watcher.before(Change.WRITE, path);
    } catch (IOException e) {
      ByteBuffer half = source.duplicate();
      half.limit(half.position() + half.remaining() / 2);
      write.write(half);
      throw e;
    }
    return write.write(source);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return watched(source, real::write);
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    return watched(source, bytes -> real.write(bytes, position));
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    watcher.before(Change.WRITE, path);
    return real.write(sources, offset, length);
  }

  @Override
  public void force(boolean metaData) throws IOException {
    watcher.before(Change.FORCE, path);
    real.force(metaData);
    watcher.forced(path);
  }

  @Override
  public int read(ByteBuffer destination) throws IOException {
    return real.read(destination);
  }

  @Override
  public long read(ByteBuffer[] destinations, int offset, int length) throws IOException {
    return real.read(destinations, offset, length);
  }

  @Override
  public int read(ByteBuffer destination, long position) throws IOException {
    return real.read(destination, position);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long newPosition) throws IOException {
    real.position(newPosition);
    return this;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    real.truncate(size);
    return this;
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
    return real.transferTo(position, count, target);
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    return real.map(mode, position, size);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return real.lock(position, size, shared);
  }

  @Override
  public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return real.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }
}
