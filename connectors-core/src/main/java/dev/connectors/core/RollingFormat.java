package dev.connectors.core;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.function.Function;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * How elements become the bytes of a file or object: what each of them is, what stands before,
 * between and after them, and how all of it is encoded.
 *
 * <pre>{@code
 * RollingFormat<Order> csv =
 *     RollingFormat.<Order>lines(Order::toCsv)
 *         .withHeader(ByteString.fromString("id,total\n"))
 *         .withEncoding(GZIPOutputStream::new);
 * }</pre>
 *
 * <p>Immutable. Its functions are called by the stream's thread and must not block.
 *
 * @param <T> the elements
 */
public final class RollingFormat<T> {
  private final Function<? super T, ByteString> element;
  private final ByteString header;
  private final ByteString separator;
  private final ByteString footer;
  private final @Nullable Encoding encoding;

  /** Encodes the bytes of one file, such as {@code GZIPOutputStream::new}. */
  @FunctionalInterface
  public interface Encoding {
    /** A stream that is closed when the file ends, and writes what it makes to {@code out}. */
    OutputStream encode(OutputStream out) throws IOException;
  }

  private RollingFormat(
      Function<? super T, ByteString> element,
      ByteString header,
      ByteString separator,
      ByteString footer,
      @Nullable Encoding encoding) {
    this.element = Objects.requireNonNull(element, "element");
    this.header = Objects.requireNonNull(header, "header");
    this.separator = Objects.requireNonNull(separator, "separator");
    this.footer = Objects.requireNonNull(footer, "footer");
    this.encoding = encoding;
  }

  /** Each element is what the function makes of it, one after the other. */
  public static <T> RollingFormat<T> of(Function<? super T, ByteString> element) {
    ByteString nothing = ByteString.emptyByteString();
    return new RollingFormat<>(element, nothing, nothing, nothing, null);
  }

  /** Bytes as they are. */
  public static RollingFormat<ByteString> bytes() {
    return of(bytes -> bytes);
  }

  /** Each element is a line in UTF-8, ended by LF. A text with line ends in it becomes several. */
  public static <T> RollingFormat<T> lines(Function<? super T, String> line) {
    Objects.requireNonNull(line, "line");
    return of(element -> ByteString.fromString(line.apply(element) + "\n"));
  }

  /** What each file begins with. Default: nothing. */
  public RollingFormat<T> withHeader(ByteString value) {
    return new RollingFormat<>(element, value, separator, footer, encoding);
  }

  /** What stands between two elements. Default: nothing. */
  public RollingFormat<T> withSeparator(ByteString value) {
    return new RollingFormat<>(element, header, value, footer, encoding);
  }

  /** What each file ends with. Default: nothing. */
  public RollingFormat<T> withFooter(ByteString value) {
    return new RollingFormat<>(element, header, separator, value, encoding);
  }

  /** How each file is encoded, for example compressed. Default: not at all. */
  public RollingFormat<T> withEncoding(Encoding value) {
    return new RollingFormat<>(
        element, header, separator, footer, Objects.requireNonNull(value, "encoding"));
  }

  /** The bytes of one element. */
  public ByteString element(T value) {
    return element.apply(value);
  }

  public ByteString header() {
    return header;
  }

  public ByteString separator() {
    return separator;
  }

  public ByteString footer() {
    return footer;
  }

  /** {@code out} itself if nothing is encoded. */
  public OutputStream encode(OutputStream out) throws IOException {
    return encoding == null ? out : encoding.encode(out);
  }

  /** Whether {@link #encode} gives another stream. */
  public boolean isEncoded() {
    return encoding != null;
  }
}
