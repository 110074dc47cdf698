package dev.connectors.file.internal;

import dev.connectors.core.internal.ByteOrderMark;
import dev.connectors.file.CodecException;
import dev.connectors.file.MalformedTextPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** Bytes to text, one text for each piece that has any. */
public final class TextDecoder implements Decoder<String> {
  private static final int MOST_AT_ONCE = 1 << 20;

  private final ByteOrderMark mark;
  private final MalformedTextPolicy policy;
  private final ByteQueue queue = new ByteQueue();
  private @Nullable CharsetDecoder decoder;
  private boolean isEnded;
  private boolean isFlushed;
  private @Nullable CodecException failure;
  private long markLength;
  private long from;
  private long to;

  public TextDecoder(Charset charset, MalformedTextPolicy policy) {
    this.mark = new ByteOrderMark(charset);
    this.policy = policy;
  }

  @Override
  public void feed(ByteString piece) {
    queue.add(mark.add(piece));
  }

  @Override
  public void end() {
    queue.add(mark.end());
    isEnded = true;
  }

  @Override
  public @Nullable String next() throws IOException {
    if (failure != null) {
      throw failure;
    }
    if (!mark.isDecided()) {
      return null;
    }
    markLength = mark.length();
    from = position();
    String text = decode(decoder());
    to = position();
    if (text.isEmpty() && failure != null) {
      throw failure;
    }
    return text.isEmpty() ? null : text;
  }

  private CharsetDecoder decoder() {
    CharsetDecoder current = decoder;
    if (current == null) {
      CodingErrorAction action =
          policy == MalformedTextPolicy.FAIL ? CodingErrorAction.REPORT : CodingErrorAction.REPLACE;
      current = mark.newDecoder(action);
      decoder = current;
    }
    return current;
  }

  private String decode(CharsetDecoder current) {
    if (isFlushed) {
      return "";
    }
    ByteBuffer in = ByteBuffer.wrap(queue.array(), queue.start(), queue.size());
    int room = (int) Math.min(MOST_AT_ONCE, in.remaining() * (long) current.maxCharsPerByte());
    CharBuffer out = CharBuffer.allocate(room + 16);
    CoderResult result = current.decode(in, out, isEnded);
    queue.skip(queue.size() - in.remaining());
    if (result.isError()) {
      failure =
          new CodecException("bytes that are no text in " + current.charset().name(), position());
    } else if (isEnded && result.isUnderflow() && current.flush(out).isUnderflow()) {
      isFlushed = true;
    }
    return out.flip().toString();
  }

  @Override
  public long from() {
    return from;
  }

  @Override
  public long to() {
    return to;
  }

  @Override
  public long position() {
    return markLength + queue.offset();
  }
}
