package dev.connectors.file.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/**
 * A file that is read in small pieces near to each other, as the headers and small entries of a zip
 * are: what is around a piece is read with it. Not thread-safe.
 */
final class NearbyChannel implements SeekableByteChannel {
  static final int WINDOW = 16 * 1024;

  private final FileChannel file;
  private final long size;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
  private long windowStart;
  private long position;

  NearbyChannel(FileChannel file) throws IOException {
    this.file = file;
    this.size = file.size();
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (!isWithin()) {
      if (into.remaining() >= WINDOW) {
        int length = file.read(into, position);
        position += Math.max(0, length);
        return length;
      }
      load();
      if (!isWithin()) {
        return into.hasRemaining() ? -1 : 0;
      }
    }
    int offset = (int) (position - windowStart);
    int length = Math.min(into.remaining(), window.limit() - offset);
    into.put(into.position(), window, offset, length).position(into.position() + length);
    position += length;
    return length;
  }

  private boolean isWithin() {
    return position >= windowStart && position < windowStart + window.limit();
  }

  private void load() throws IOException {
    // The end of a zip is looked for backwards, byte by byte.
    boolean isBackwards = position < windowStart && windowStart - position <= WINDOW;
    windowStart = isBackwards ? Math.max(0, position - WINDOW / 2) : position;
    window.clear();
    int length;
    do {
      length = file.read(window, windowStart + window.position());
    } while (length > 0);
    window.flip();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long to) {
    if (to < 0) {
      throw new IllegalArgumentException("position is " + to + ", allowed is at least 0");
    }
    position = to;
    return this;
  }

  /** When it was opened. */
  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long to) {
    throw new NonWritableChannelException();
  }
}
