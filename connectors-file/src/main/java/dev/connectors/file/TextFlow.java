package dev.connectors.file;

import dev.connectors.core.Committable;
import dev.connectors.file.internal.DecodeStage;
import dev.connectors.file.internal.TextDecoder;
import dev.connectors.file.internal.TextEncoder;
import java.nio.charset.Charset;
import java.util.Objects;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;
import org.apache.pekko.util.ByteString;

/**
 * Flows between bytes and text in any charset that Java has. Characters may be cut anywhere between
 * two elements.
 */
public final class TextFlow {
  private static final String NAME = "TextFlow.decode";

  private TextFlow() {}

  /** {@link #decode(Charset, MalformedTextPolicy)} that fails where there is no text. */
  public static Flow<ByteString, String, NotUsed> decode(Charset charset) {
    return decode(charset, MalformedTextPolicy.FAIL);
  }

  /**
   * Bytes to text, a text for each piece in which a character ends. Where UTF-8, UTF-16 or UTF-32
   * is expected, a byte order mark decides which of them it is, and is left out.
   */
  public static Flow<ByteString, String, NotUsed> decode(
      Charset charset, MalformedTextPolicy onMalformed) {
    Objects.requireNonNull(charset, "charset");
    Objects.requireNonNull(onMalformed, "onMalformed");
    return DecodeStage.flow(NAME, system -> new TextDecoder(charset, onMalformed));
  }

  /**
   * {@link #decode(Charset, MalformedTextPolicy)}, where a piece of the input is settled once all
   * texts that have a byte of it are.
   */
  public static FlowWithContext<ByteString, Committable, String, Committable, NotUsed>
      decodeWithContext(Charset charset, MalformedTextPolicy onMalformed) {
    Objects.requireNonNull(charset, "charset");
    Objects.requireNonNull(onMalformed, "onMalformed");
    return DecodeStage.withContext(NAME, system -> new TextDecoder(charset, onMalformed));
  }

  /** {@link #encode(Charset, MalformedTextPolicy)} that fails at what the charset lacks. */
  public static Flow<String, ByteString, NotUsed> encode(Charset charset) {
    return encode(charset, MalformedTextPolicy.FAIL);
  }

  /**
   * Text to bytes. A byte order mark is written by Java's {@code UTF-16} and no other charset; for
   * UTF-8 let the text begin with U+FEFF.
   */
  public static Flow<String, ByteString, NotUsed> encode(
      Charset charset, MalformedTextPolicy onMalformed) {
    Objects.requireNonNull(charset, "charset");
    Objects.requireNonNull(onMalformed, "onMalformed");
    if (!charset.canEncode()) {
      throw new IllegalArgumentException(charset + " can only be decoded");
    }
    return Flow.<String>create()
        .statefulMap(
            () -> new TextEncoder(charset, onMalformed),
            (encoder, text) -> Pair.create(encoder, encoder.encode(text)),
            encoder -> Optional.of(encoder.end()))
        .filter(ByteString::nonEmpty);
  }

  /** Bytes in one charset to bytes in another; see {@link #decode} and {@link #encode}. */
  public static Flow<ByteString, ByteString, NotUsed> transcode(
      Charset from, Charset to, MalformedTextPolicy onMalformed) {
    return decode(from, onMalformed).via(encode(to, onMalformed));
  }
}
