package dev.framepack.engine.disk;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Set;

/** The default file system with somebody watching. */
public final class WatchedDisk extends FileSystem {
  private static final FileSystem REAL = FileSystems.getDefault();

  private final WatchedProvider provider;

  public WatchedDisk(DiskWatcher watcher) {
    this.provider = new WatchedProvider(watcher);
  }

  /** A real path as it looks through this disk. */
  public Path path(Path real) {
    return new WatchedPath(this, real);
  }

  /** The real path behind one of a watched disk. */
  static Path real(Path path) {
    return path instanceof WatchedPath watched ? watched.real() : path;
  }

  @Override
  public FileSystemProvider provider() {
    return provider;
  }

  @Override
  public Set<String> supportedFileAttributeViews() {
    return REAL.supportedFileAttributeViews();
  }

  @Override
  public Path getPath(String first, String... more) {
    return path(REAL.getPath(first, more));
  }

  @Override
  public String getSeparator() {
    return REAL.getSeparator();
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public Iterable<Path> getRootDirectories() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Iterable<FileStore> getFileStores() {
    throw new UnsupportedOperationException();
  }

  @Override
  public PathMatcher getPathMatcher(String syntaxAndPattern) {
    throw new UnsupportedOperationException();
  }

  @Override
  public UserPrincipalLookupService getUserPrincipalLookupService() {
    throw new UnsupportedOperationException();
  }

  @Override
  public WatchService newWatchService() throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
