package dev.connectors.core.internal;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.pekko.util.ByteString;

/**
 * Finds out the charset of a text by the byte order mark that it may begin with, and takes that
 * away. A mark is looked for where a Unicode charset is expected. Not thread-safe.
 */
public final class ByteOrderMark {
  private static final Charset UTF_32LE = Charset.forName("UTF-32LE");
  private static final Charset UTF_32BE = Charset.forName("UTF-32BE");
  private static final int LONGEST = 4;

  private Charset charset;
  private boolean decided;
  private ByteString held = ByteString.emptyByteString();
  private int length;

  public ByteOrderMark(Charset expected) {
    this.charset = expected;
    this.decided = !isOf(expected, "UTF-");
  }

  /** Whether the charset's name has {@code part} in it. */
  public static boolean isOf(Charset charset, String part) {
    return charset.name().toUpperCase(Locale.ROOT).contains(part);
  }

  /** Whether it is known which charset it is. */
  public boolean isDecided() {
    return decided;
  }

  /** What is expected, or what the mark says. */
  public Charset charset() {
    return charset;
  }

  /** Decodes what follows the mark, where another one is text. */
  public CharsetDecoder newDecoder(CodingErrorAction onError) {
    CharsetDecoder decoder =
        charset.newDecoder().onMalformedInput(onError).onUnmappableCharacter(onError);
    if (length > 0 && isOf(charset, "UTF-32")) {
      // Java's decoder of UTF-32 drops a mark, so it gets the one that was taken away.
      decoder.decode(ByteBuffer.wrap("\uFEFF".getBytes(charset)), CharBuffer.allocate(2), false);
    }
    return decoder;
  }

  /** The bytes of the mark; 0 if there is none. */
  public int length() {
    return length;
  }

  /** Whether bytes are held back, since they may be a mark. */
  public boolean isHoldingBack() {
    return !held.isEmpty();
  }

  /** The next piece; gives what is text then. */
  public ByteString add(ByteString piece) {
    if (decided) {
      return piece;
    }
    held = held.concat(piece);
    return held.size() < LONGEST && isPossible() ? ByteString.emptyByteString() : decide();
  }

  /** No more comes; gives what was held back and is text. */
  public ByteString end() {
    return decided ? ByteString.emptyByteString() : decide();
  }

  private ByteString decide() {
    decided = true;
    if (begins(0xEF, 0xBB, 0xBF)) {
      found(StandardCharsets.UTF_8, 3);
    } else if (begins(0, 0, 0xFE, 0xFF)) {
      found(UTF_32BE, 4);
    } else if (begins(0xFF, 0xFE, 0, 0) && !isOf(charset, "UTF-16")) {
      found(UTF_32LE, 4);
    } else if (begins(0xFF, 0xFE)) {
      found(StandardCharsets.UTF_16LE, 2);
    } else if (begins(0xFE, 0xFF)) {
      found(StandardCharsets.UTF_16BE, 2);
    }
    ByteString content = held.drop(length);
    held = ByteString.emptyByteString();
    return content;
  }

  private void found(Charset found, int bytes) {
    charset = found;
    length = bytes;
  }

  private boolean isPossible() {
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
}
