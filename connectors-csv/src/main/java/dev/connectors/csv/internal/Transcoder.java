package dev.connectors.csv.internal;

import dev.connectors.core.internal.ByteOrderMark;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Brings input into the charset in which it is scanned, without the byte order mark. Where a
 * Unicode charset is expected the mark decides which one it is.
 */
final class Transcoder {
  private final Charset scanned;
  private final ByteOrderMark mark;
  private @Nullable CharsetDecoder decoder;
  private byte[] rest = new byte[0];

  Transcoder(Charset charset, Charset scanned) {
    this.mark = new ByteOrderMark(charset);
    this.scanned = scanned;
    if (mark.isDecided()) {
      start();
    }
  }

  private void start() {
    if (!mark.charset().equals(scanned)) {
      decoder = mark.newDecoder(CodingErrorAction.REPLACE);
    }
  }

  /** Whether {@link #convert} gives UTF-8. */
  boolean isUtf8() {
    return scanned.equals(StandardCharsets.UTF_8);
  }

  /** The bytes of the mark at the beginning of the input. */
  int markLength() {
    return mark.length();
  }

  /** Whether bytes of the last piece wait for the next. */
  boolean isHoldingBack() {
    return rest.length > 0 || mark.isHoldingBack();
  }

  ByteString convert(ByteString piece) {
    boolean wasDecided = mark.isDecided();
    ByteString text = mark.add(piece);
    if (!mark.isDecided()) {
      return text;
    }
    if (!wasDecided) {
      start();
    }
    return decode(text, false);
  }

  ByteString end() {
    boolean wasDecided = mark.isDecided();
    ByteString text = mark.end();
    if (!wasDecided) {
      start();
    }
    return decode(text, true);
  }

  private ByteString decode(ByteString piece, boolean isLast) {
    if (decoder == null) {
      return piece;
    }
    ByteBuffer in = ByteBuffer.allocate(rest.length + piece.size()).put(rest);
    piece.copyToBuffer(in);
    in.flip();
    CharBuffer out =
        CharBuffer.allocate((int) (in.remaining() * (double) decoder.maxCharsPerByte()) + 16);
    decoder.decode(in, out, isLast);
    if (isLast) {
      decoder.flush(out);
    }
    rest = new byte[in.remaining()];
    in.get(rest);
    return ByteString.fromArrayUnsafe(out.flip().toString().getBytes(StandardCharsets.UTF_8));
  }

  /** How many bytes of input these are, of what {@link #convert} gave. */
  long inputLength(byte[] bytes, int from, int to) {
    if (decoder == null) {
      return (long) to - from;
    }
    Charset charset = mark.charset();
    boolean isUtf16 = ByteOrderMark.isOf(charset, "UTF-16");
    if (!isUtf16 && !ByteOrderMark.isOf(charset, "UTF-32")) {
      return new String(bytes, from, to - from, StandardCharsets.UTF_8).getBytes(charset).length;
    }
    long length = 0;
    for (int i = from; i < to; i++) {
      int b = bytes[i] & 0xFF;
      if ((b & 0xC0) != 0x80) {
        length += isUtf16 && b < 0xF0 ? 2 : 4;
      }
    }
    return length;
  }
}
