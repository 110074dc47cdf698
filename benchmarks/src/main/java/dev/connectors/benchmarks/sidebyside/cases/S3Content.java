package dev.connectors.benchmarks.sidebyside.cases;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.SdkPublisher;

/** The content of a large object, as many KiB as there are records, in pieces of 64 KiB. */
final class S3Content {
  private static final int KIB = 1024;
  private static final int PIECE = 64 * KIB;

  private final byte[] piece = new byte[PIECE];
  private final long length;
  private final long checksum;
  private final @Nullable Runnable look;

  S3Content(long kibibytes) {
    this.length = kibibytes * KIB;
    this.look = null;
    new Random(1).nextBytes(piece);
    CRC32 sum = new CRC32();
    for (long left = length; left > 0; left -= PIECE) {
      sum.update(piece, 0, (int) Math.min(PIECE, left));
    }
    this.checksum = sum.getValue();
  }

  private S3Content(S3Content watched, Runnable look) {
    System.arraycopy(watched.piece, 0, piece, 0, PIECE);
    this.length = watched.length;
    this.checksum = watched.checksum;
    this.look = look;
  }

  /**
   * The same in pieces that are copies, so that who holds some holds heap; {@code look} is run
   * every 16 MiB.
   */
  S3Content watched(Runnable look) {
    return new S3Content(this, look);
  }

  long length() {
    return length;
  }

  long checksum() {
    return checksum;
  }

  /**
   * What it is made of, in the type of a contender.
   *
   * @param whole a piece of the contender's
   */
  <P> Iterator<P> pieces(Function<byte[], P> whole, Runnable onFirst) {
    long number = (length + PIECE - 1) / PIECE;
    return LongStream.range(0, number)
        .mapToObj(
            i -> {
              if (i == 0) {
                onFirst.run();
              }
              return whole.apply(look == null ? piece(i) : watchedPiece(i, look));
            })
        .iterator();
  }

  private byte[] watchedPiece(long number, Runnable look) {
    if (number * PIECE % S3Bucket.BETWEEN_LOOKS == 0) {
      look.run();
    }
    return piece(number).clone();
  }

  private byte[] piece(long number) {
    long left = length - number * PIECE;
    return left >= PIECE ? piece : Arrays.copyOf(piece, (int) left);
  }

  /** For the SDK, which is not told the length. */
  AsyncRequestBody body(Runnable onFirst) {
    return AsyncRequestBody.fromPublisher(
        SdkPublisher.fromIterable(() -> pieces(ByteBuffer::wrap, onFirst)));
  }

  void writeTo(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      for (Iterator<byte[]> pieces = pieces(bytes -> bytes, () -> {}); pieces.hasNext(); ) {
        out.write(pieces.next());
      }
    }
  }
}
