package dev.connectors.file.internal;

import dev.connectors.file.ArchiveException;
import dev.connectors.file.ArchiveException.Reason;
import dev.connectors.file.CompressionFormat;
import dev.connectors.file.DecompressSettings;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.pekko.util.ByteString;

/** Decompresses a stream on a thread of its own: the libraries read it as they like, and block. */
final class Decompression implements Runnable {
  /** Headers and what is to be skipped come in between; some libraries keep them. */
  static final int MOST_WITHOUT_OUTPUT = 16 * 1024 * 1024;

  private final CompressionFormat format;
  private final DecompressSettings settings;
  private final Exchange exchange;
  private final Exchange.Input input;
  private long written;
  private long readAtOutput;

  Decompression(CompressionFormat format, DecompressSettings settings, Exchange exchange) {
    this.format = format;
    this.settings = settings;
    this.exchange = exchange;
    this.input = exchange.new Input();
  }

  @Override
  public void run() {
    try {
      decompress();
      exchange.endOutput(null);
    } catch (Throwable e) { // or the stream would wait for ever
      exchange.endOutput(Failures.ofAny(e, null));
    }
  }

  private void decompress() throws IOException {
    try (InputStream content = Codec.decompress(format, new Watched(), settings)) {
      byte[] chunk = new byte[settings.chunkSize()];
      while (true) {
        int length = content.read(chunk, 0, chunk.length);
        if (length < 0) {
          break;
        }
        written += length;
        readAtOutput = input.count();
        check();
        if (length == chunk.length) {
          exchange.emit(ByteString.fromArrayUnsafe(chunk));
          chunk = new byte[settings.chunkSize()];
        } else if (length > 0) {
          exchange.emit(ByteString.fromArrayUnsafe(Arrays.copyOf(chunk, length)));
        }
      }
    }
    if (input.count() == 0) {
      throw new ArchiveException(Reason.TRUNCATED, null, "there is nothing to decompress", null);
    }
    if (input.read() >= 0) {
      throw new ArchiveException(
          Reason.CORRUPT, null, "something else follows the compressed stream", null);
    }
  }

  private void check() throws ArchiveException {
    if (written > settings.maxSize()) {
      throw new ArchiveException(
          Reason.TOO_LARGE,
          null,
          "what is decompressed is larger than max-size, %d bytes".formatted(settings.maxSize()),
          settings.maxSize(),
          written);
    }
    if (written > settings.ratioAfter() && written / settings.maxRatio() >= input.count()) {
      throw new ArchiveException(
          Reason.RATIO,
          null,
          "%d bytes came of %d bytes, more than max-ratio, %d times"
              .formatted(written, input.count(), settings.maxRatio()),
          settings.maxRatio(),
          written / Math.max(1, input.count()));
    }
  }

  /** Input that has to give output at times. */
  private final class Watched extends FilterInputStream {
    Watched() {
      super(input);
    }

    @Override
    public int read() throws IOException {
      watch();
      return input.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      watch();
      return input.read(bytes, offset, length);
    }

    private void watch() throws ArchiveException {
      if (input.count() - readAtOutput > MOST_WITHOUT_OUTPUT) {
        throw new ArchiveException(
            Reason.CORRUPT,
            null,
            "%d bytes gave no output".formatted(MOST_WITHOUT_OUTPUT),
            MOST_WITHOUT_OUTPUT,
            input.count() - readAtOutput);
      }
    }
  }
}
