package dev.connectors.file.internal;

import dev.connectors.file.CodecSettings;
import java.io.IOException;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The objects that a {@link JsonScanner} finds, each as what a function makes of its bytes.
 *
 * @param <R> that
 */
public final class JsonDecoder<R> implements Decoder<R> {
  private final JsonScanner scanner;
  private final ObjectFunction<R> function;

  /** Makes something of an object's bytes, which are not to be kept. */
  @FunctionalInterface
  public interface ObjectFunction<R> {
    /**
     * Of those from {@code start} on.
     *
     * @param offset of the object in all the input, for messages as {@code line}
     */
    R apply(byte[] bytes, int start, int length, long offset, long line) throws IOException;
  }

  public JsonDecoder(CodecSettings settings, ObjectFunction<R> function) {
    this.scanner = new JsonScanner(settings);
    this.function = function;
  }

  /** The bytes themselves. */
  public static Decoder<ByteString> ofBytes(CodecSettings settings) {
    return new JsonDecoder<>(
        settings,
        (bytes, start, length, offset, line) -> ByteString.fromArray(bytes, start, length));
  }

  @Override
  public void feed(ByteString piece) {
    scanner.feed(piece);
  }

  @Override
  public void end() {
    scanner.end();
  }

  @Override
  public @Nullable R next() throws IOException {
    return scanner.next()
        ? function.apply(
            scanner.array(), scanner.start(), scanner.length(), scanner.from(), scanner.line())
        : null;
  }

  @Override
  public long from() {
    return scanner.from();
  }

  @Override
  public long to() {
    return scanner.to();
  }

  @Override
  public long position() {
    return scanner.position();
  }
}
