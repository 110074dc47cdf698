package dev.connectors.core.internal;

import dev.connectors.core.RollingFormat;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Writes the elements of one file or object in their format. Not thread-safe.
 *
 * @param <T> the elements
 */
public final class RollingOutput<T> {
  /** Where the bytes go. */
  @FunctionalInterface
  public interface Target {
    void write(ByteString bytes) throws IOException;
  }

  private final RollingFormat<T> format;
  private final Target target;
  private final @Nullable OutputStream encoder;
  private boolean hasElements;
  private boolean isAborted;

  /** Writes the header. */
  public RollingOutput(RollingFormat<T> format, Target target) throws IOException {
    this.format = format;
    this.target = target;
    this.encoder = format.isEncoded() ? format.encode(new ToTarget()) : null;
    put(format.header());
  }

  public void write(T element) throws IOException {
    ByteString bytes = format.element(element);
    if (hasElements) {
      put(format.separator());
    }
    hasElements = true;
    put(bytes);
  }

  /** Writes the footer, and what the encoding has held back. */
  public void end() throws IOException {
    put(format.footer());
    if (encoder != null) {
      encoder.close();
    }
  }

  /** Writes nothing more, and frees what the encoding has. */
  public void abort() {
    isAborted = true;
    if (encoder != null) {
      try {
        encoder.close();
      } catch (IOException alreadyFailed) {
        // It is thrown away.
      }
    }
  }

  private void put(ByteString bytes) throws IOException {
    if (bytes.isEmpty()) {
      return;
    }
    if (encoder == null) {
      target.write(bytes);
    } else {
      encoder.write(bytes.toArrayUnsafe());
    }
  }

  private final class ToTarget extends OutputStream {
    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (!isAborted && length > 0) {
        target.write(ByteString.fromArray(bytes, from, length)); // a copy: the array is reused
      }
    }
  }
}
