package dev.connectors.file.internal;

import dev.connectors.file.LineTooLongException;
import dev.connectors.file.LongLinePolicy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits chunks into lines, which end with LF or CR LF. What follows the last of them is kept, up
 * to the limit, until it is complete. A byte order mark in front of UTF-8 counts as bytes of the
 * first line, and is no part of its text. Not thread-safe.
 */
public final class LineSplitter {
  private static final byte[] NOTHING = {};
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  // Eight bytes at a time: of a word whose byte is zero for a line feed, the first zero is found.
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LINE_FEEDS = 0x0A0A0A0A0A0A0A0AL;
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  /** What an array can hold beside the one byte more. */
  private static final int LONGEST = Integer.MAX_VALUE - 16;

  private final Path path;
  private final Charset charset;
  private final int limit;
  private final LongLinePolicy policy;

  private byte[] chunk = NOTHING;
  private int origin; // of the chunk, in its array
  private int next;
  private int chunkEnd;
  private byte[] rest = NOTHING; // the beginning of a line, of former chunks
  private int restLength;
  private boolean cutting; // the line is too long: what comes of it is left out

  private long start; // of the line that is being read, in the file
  private long chunkStart;
  private long lineOffset;
  private long lineEnd;

  /**
   * @param path for messages
   * @param offset in the file of what is fed first
   */
  public LineSplitter(Path path, long offset, Charset charset, int limit, LongLinePolicy policy) {
    this.path = path;
    this.charset = charset;
    this.limit = Math.min(limit, LONGEST);
    this.policy = policy;
    this.start = offset;
    this.chunkStart = offset;
    this.lineEnd = offset;
  }

  /** The next bytes, once {@link #next} has given null; the array is not kept. */
  public void feed(byte[] bytes, int from, int length) {
    chunkStart += chunkEnd - origin;
    chunk = bytes;
    next = from;
    origin = from;
    chunkEnd = from + length;
  }

  /** The next line without its terminator, or null: then more has to be fed. */
  public @Nullable String next() throws LineTooLongException {
    while (true) {
      int feed = indexOfLineFeed();
      if (feed < 0) {
        keep();
        return null;
      }
      String line = line(feed);
      lineOffset = start;
      start = chunkStart + (feed + 1 - origin);
      lineEnd = start;
      next = feed + 1;
      restLength = 0;
      cutting = false;
      if (line != null) {
        return hasMark(line) ? line.substring(1) : line;
      }
    }
  }

  /** What follows the last terminator, as the last line; null when that is nothing. */
  public @Nullable String last() throws LineTooLongException {
    if (restLength == 0) {
      return null;
    }
    lineOffset = start;
    lineEnd = end();
    boolean whole = !cutting && restLength <= limit;
    String line =
        whole || tooLong() ? new String(rest, 0, Math.min(restLength, limit), charset) : null;
    start = lineEnd;
    restLength = 0;
    cutting = false;
    if (line == null || !hasMark(line)) {
      return line;
    }
    return line.length() > 1 ? line.substring(1) : null; // a mark alone is no line
  }

  /** Whether a byte order mark precedes the text, as editors write one in front of a file. */
  private boolean hasMark(String line) {
    return lineOffset == 0
        && line.startsWith(BYTE_ORDER_MARK)
        && charset.equals(StandardCharsets.UTF_8);
  }

  /** Where the line that was given last begins. */
  public long lineOffset() {
    return lineOffset;
  }

  /** Where the line that was given last ends, terminator included. */
  public long lineEnd() {
    return lineEnd;
  }

  /** Where all that was fed ends. */
  public long end() {
    return chunkStart + (chunkEnd - origin);
  }

  private int indexOfLineFeed() {
    byte[] bytes = chunk;
    int i = next;
    for (; i <= chunkEnd - Long.BYTES; i += Long.BYTES) {
      long word = (long) WORDS.get(bytes, i) ^ LINE_FEEDS;
      long found = (word - ONES) & ~word & HIGHS;
      if (found != 0) {
        return i + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
    }
    for (; i < chunkEnd; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** The line that ends before {@code feed}; null if it is left out. */
  private @Nullable String line(int feed) throws LineTooLongException {
    if (restLength == 0) {
      int end = feed > next && chunk[feed - 1] == '\r' ? feed - 1 : feed;
      int length = end - next;
      if (length <= limit) {
        return new String(chunk, next, length, charset);
      }
      return tooLong() ? new String(chunk, next, limit, charset) : null;
    }
    append(feed);
    int length = restLength > 0 && rest[restLength - 1] == '\r' ? restLength - 1 : restLength;
    if (!cutting && length <= limit) {
      return new String(rest, 0, length, charset);
    }
    return tooLong() ? new String(rest, 0, limit, charset) : null;
  }

  /** Keeps the beginning of a line, one byte more than the limit: it may be a CR before an LF. */
  private void keep() throws LineTooLongException {
    append(chunkEnd);
    next = chunkEnd;
  }

  private void append(int to) throws LineTooLongException {
    int length = to - next;
    if (length == 0 || cutting) {
      return;
    }
    int room = limit + 1 - restLength;
    if (length > room) {
      tooLong();
      cutting = true;
      length = room;
    }
    if (rest.length < restLength + length) {
      rest =
          Arrays.copyOf(rest, Math.max(restLength + length, Math.min(2 * rest.length, limit + 1)));
    }
    System.arraycopy(chunk, next, rest, restLength, length);
    restLength += length;
  }

  /** Whether the line is emitted nevertheless, cut. */
  private boolean tooLong() throws LineTooLongException {
    if (policy == LongLinePolicy.FAIL) {
      throw new LineTooLongException(path, start, limit);
    }
    return policy == LongLinePolicy.TRUNCATE;
  }
}
