package dev.connectors.file.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * A few bytes of a file, by which its content is told from another's: inodes are used again, and
 * copies have others.
 *
 * @param length how many bytes, at most {@link #BYTES}
 * @param checksum of them
 */
record Print(int length, int checksum) {
  /** So many bytes of two files are only the same if one is a copy of the other. */
  static final int BYTES = 256;

  static final Print NONE = new Print(0, 0);

  /** Of the bytes before {@code end}; one that is of no file if the file ends before. */
  static Print before(FileChannel file, long end) throws IOException {
    return new Print((int) Math.min(BYTES, end), checksum(bytesBefore(file, end)));
  }

  /** The bytes before {@code end}; none if the file ends before. */
  static byte[] bytesBefore(FileChannel file, long end) throws IOException {
    return read(file, end, (int) Math.min(BYTES, end));
  }

  /** Whether these are the bytes before {@code end}. */
  boolean isBefore(FileChannel file, long end) throws IOException {
    if (length > end || file.size() < end) {
      return false;
    }
    byte[] bytes = read(file, end, length);
    return bytes.length == length && checksum(bytes) == checksum;
  }

  /** Whether a file that has these is the same, and not only begins as many do. */
  boolean isTelling() {
    return length == BYTES;
  }

  private static byte[] read(FileChannel file, long end, int length) throws IOException {
    byte[] bytes = new byte[length];
    ByteBuffer into = ByteBuffer.wrap(bytes);
    while (into.hasRemaining()) {
      if (file.read(into, end - into.remaining()) < 0) {
        return new byte[0];
      }
    }
    return bytes;
  }

  private static int checksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return (int) checksum.getValue();
  }
}
