package dev.connectors.file.internal;

import dev.connectors.file.CodecException;
import dev.connectors.file.MalformedTextPolicy;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import org.apache.pekko.util.ByteString;

/** Text to bytes; a character may be cut between two texts. Not thread-safe. */
public final class TextEncoder {
  private final CharsetEncoder encoder;
  private String rest = "";
  private long bytes;

  public TextEncoder(Charset charset, MalformedTextPolicy policy) {
    CodingErrorAction action =
        policy == MalformedTextPolicy.FAIL ? CodingErrorAction.REPORT : CodingErrorAction.REPLACE;
    this.encoder = charset.newEncoder().onMalformedInput(action).onUnmappableCharacter(action);
  }

  public ByteString encode(String text) throws CodecException {
    return encode(text, false);
  }

  /** What is left. */
  public ByteString end() throws CodecException {
    return encode("", true);
  }

  private ByteString encode(String text, boolean isLast) throws CodecException {
    CharBuffer in = CharBuffer.wrap(rest.isEmpty() ? text : rest + text);
    ByteBuffer out =
        ByteBuffer.allocate(
            (int) Math.ceil(in.remaining() * (double) encoder.maxBytesPerChar()) + 16);
    CoderResult result = encoder.encode(in, out, isLast);
    if (isLast && !result.isError()) {
      encoder.flush(out);
    }
    bytes += out.position();
    if (result.isError()) {
      throw new CodecException(
          "a character that " + encoder.charset().name() + " lacks is to be written", bytes);
    }
    rest = in.toString();
    return ByteString.fromArray(out.array(), 0, out.position());
  }
}
