package dev.connectors.file.internal;

import java.io.IOException;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Makes something of bytes that come in pieces, cut anywhere. Not thread-safe.
 *
 * @param <R> what it makes of them
 */
public interface Decoder<R> {
  /** The next piece, once {@link #next} has given null. */
  void feed(ByteString piece);

  /** There is no further piece. */
  void end();

  /** What comes next; or null: then it takes another piece, or after the end there is no more. */
  @Nullable R next() throws IOException;

  /** Where in all the input that begins which was given last. */
  long from();

  /** Where it ends. */
  long to();

  /** Nothing to come begins before this. */
  long position();
}
