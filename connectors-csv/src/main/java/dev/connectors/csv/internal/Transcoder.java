package dev.connectors.csv.internal;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Brings input into the charset in which it is scanned, without the byte order mark. Where a
 * Unicode charset is expected the mark decides which one it is.
 */
final class Transcoder {
  private static final Charset UTF_32LE = Charset.forName("UTF-32LE");
  private static final Charset UTF_32BE = Charset.forName("UTF-32BE");
  private static final int LONGEST_MARK = 4;

  private final Charset scanned;
  private final boolean isUnicode;
  private Charset charset;
  private boolean decided;
  private ByteString held = ByteString.emptyByteString();
  private int markLength;
  private @Nullable CharsetDecoder decoder;
  private byte[] rest = new byte[0];

  Transcoder(Charset charset, Charset scanned) {
    this.charset = charset;
    this.scanned = scanned;
    this.isUnicode = charset.name().toUpperCase(Locale.ROOT).contains("UTF-");
    this.decided = !isUnicode;
    start();
  }

  private void start() {
    if (decided && !charset.equals(scanned)) {
      decoder =
          charset
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPLACE)
              .onUnmappableCharacter(CodingErrorAction.REPLACE);
    }
  }

  /** Whether {@link #convert} gives UTF-8. */
  boolean isUtf8() {
    return scanned.equals(StandardCharsets.UTF_8);
  }

  /** The bytes of the mark at the beginning of the input. */
  int markLength() {
    return markLength;
  }

  /** Whether bytes of the last piece wait for the next. */
  boolean isHoldingBack() {
    return rest.length > 0 || !held.isEmpty();
  }

  ByteString convert(ByteString piece) {
    if (decided) {
      return decode(piece, false);
    }
    held = held.concat(piece);
    if (held.size() < LONGEST_MARK && isMarkPossible()) {
      return ByteString.emptyByteString();
    }
    return decode(decide(), false);
  }

  ByteString end() {
    return decode(decided ? ByteString.emptyByteString() : decide(), true);
  }

  private ByteString decide() {
    decided = true;
    if (begins(0xEF, 0xBB, 0xBF)) {
      mark(StandardCharsets.UTF_8, 3);
    } else if (begins(0, 0, 0xFE, 0xFF)) {
      mark(UTF_32BE, 4);
    } else if (begins(0xFF, 0xFE, 0, 0) && !isUtf16()) {
      mark(UTF_32LE, 4);
    } else if (begins(0xFF, 0xFE)) {
      mark(StandardCharsets.UTF_16LE, 2);
    } else if (begins(0xFE, 0xFF)) {
      mark(StandardCharsets.UTF_16BE, 2);
    }
    start();
    ByteString content = held.drop(markLength);
    held = ByteString.emptyByteString();
    return content;
  }

  private void mark(Charset found, int length) {
    charset = found;
    markLength = length;
  }

  private boolean isUtf16() {
    return charset.name().toUpperCase(Locale.ROOT).contains("UTF-16");
  }

  private boolean isMarkPossible() {
    int first = held.isEmpty() ? 0xFF : held.apply(0) & 0xFF;
    return first == 0xEF || first == 0xFE || first == 0xFF || first == 0;
  }

  private boolean begins(int... mark) {
    if (held.size() < mark.length) {
      return false;
    }
    for (int i = 0; i < mark.length; i++) {
      if ((held.apply(i) & 0xFF) != mark[i]) {
        return false;
      }
    }
    return true;
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
    String name = charset.name().toUpperCase(Locale.ROOT);
    boolean isUtf16 = name.contains("UTF-16");
    if (!isUtf16 && !name.contains("UTF-32")) {
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
