package dev.connectors.csv.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.pekko.util.ByteString;

/** The part of the input that is not done with, and what stands at a place of it. */
final class ByteWindow {
  /** It depends on bytes that are not there yet. */
  static final int UNKNOWN = -1;

  private final boolean isUtf8;
  private byte[] bytes = new byte[1 << 14];
  private long base; // of bytes[0]
  private int limit;
  private boolean ended;

  /**
   * An empty one.
   *
   * @param isUtf8 whether the bytes are; else each is a character
   */
  ByteWindow(boolean isUtf8) {
    this.isUtf8 = isUtf8;
  }

  /** Those from 0 to {@link #limit}. */
  byte[] bytes() {
    return bytes;
  }

  byte at(int place) {
    return bytes[place];
  }

  /** Whether there is a line end, or part of one. */
  boolean isBreak(int place) {
    return bytes[place] == '\n' || bytes[place] == '\r';
  }

  int limit() {
    return limit;
  }

  /** Whether none will come any more. */
  boolean isEnded() {
    return ended;
  }

  void end() {
    ended = true;
  }

  /** Where in all the input a place is. */
  long offset(int at) {
    return base + at;
  }

  byte[] copy(int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  /**
   * Adds bytes behind the limit; those before {@code from} may go.
   *
   * @return by how much all places are less now
   */
  int add(ByteString piece, int from) {
    int length = piece.size();
    int shift = bytes.length - limit < length ? makeRoom(length, from) : 0;
    if (length > 0) {
      piece.copyToBuffer(ByteBuffer.wrap(bytes, limit, length));
      limit += length;
    }
    return shift;
  }

  private int makeRoom(int length, int from) {
    int kept = limit - from;
    byte[] roomy =
        kept + length > bytes.length - (bytes.length >> 2)
            ? new byte[Math.max(Math.addExact(kept, length), 2 * bytes.length)]
            : bytes;
    System.arraycopy(bytes, from, roomy, 0, kept);
    bytes = roomy;
    base += from;
    limit = kept;
    return from;
  }

  /** The length of the token if it is there, 0 if not. */
  int match(byte[] token, int at) {
    for (int i = 0; i < token.length; i++) {
      if (at + i >= limit) {
        return atLimit();
      }
      if (bytes[at + i] != token[i]) {
        return 0;
      }
    }
    return token.length;
  }

  /** The length of the line end if there is one, 0 if not. */
  int lineEnd(int at) {
    if (bytes[at] == '\n') {
      return 1;
    }
    if (bytes[at] != '\r') {
      return 0;
    }
    if (at + 1 < limit) {
      return bytes[at + 1] == '\n' ? 2 : 1;
    }
    return ended ? 1 : UNKNOWN;
  }

  /** The length of the white space character if there is one, 0 if not. */
  int whitespace(int at) {
    int first = bytes[at];
    if (first >= 0) {
      return Character.isWhitespace((char) first) ? 1 : 0;
    }
    if ((first & 0xF0) != 0xE0 || !isUtf8) {
      return 0; // none of those with one or two bytes is white space, nor beyond three
    }
    if (at + 2 >= limit) {
      return atLimit();
    }
    int c = (first & 0x0F) << 12 | (bytes[at + 1] & 0x3F) << 6 | (bytes[at + 2] & 0x3F);
    return (bytes[at + 1] & 0xC0) == 0x80
            && (bytes[at + 2] & 0xC0) == 0x80
            && Character.isWhitespace((char) c)
        ? 3
        : 0;
  }

  /** That there is nothing behind the limit, or that it is not known yet. */
  int atLimit() {
    return ended ? 0 : UNKNOWN;
  }
}
