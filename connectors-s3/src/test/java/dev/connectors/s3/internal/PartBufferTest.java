package dev.connectors.s3.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.async.AsyncRequestBody;

class PartBufferTest {
  private static final int BLOCK = 32 << 10;

  private final Random random = new Random(1);
  private final Blocks blocks = new Blocks(BLOCK);

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] read(AsyncRequestBody body) {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    body.subscribe(
            piece -> {
              byte[] bytes = new byte[piece.remaining()];
              piece.get(bytes);
              read.writeBytes(bytes);
            })
        .join();
    return read.toByteArray();
  }

  @Test
  void body_ofPiecesOfAllSizes_isWhatWasTakenAsOftenAsItIsRead() {
    int capacity = 1 << 20;
    PartBuffer part = new PartBuffer(capacity, blocks);
    ByteArrayOutputStream taken = new ByteArrayOutputStream();
    while (!part.isFull()) {
      byte[] piece = bytes(random.nextInt(3 * PartBuffer.LARGE));
      if (part.takesWhole(ByteString.fromArrayUnsafe(piece))) {
        taken.writeBytes(piece);
      } else {
        ByteBuffer left = ByteBuffer.wrap(piece);
        part.take(left);
        taken.write(piece, 0, left.position());
        assertThat(part.isFull() || !left.hasRemaining()).isTrue();
      }
      assertThat(part.size()).isEqualTo(taken.size());
    }

    AsyncRequestBody body = part.body();

    assertThat(body.contentLength()).hasValue((long) capacity);
    assertThat(read(body)).isEqualTo(taken.toByteArray());
    assertThat(read(body)).isEqualTo(taken.toByteArray());
    assertThat(read(part.body())).isEqualTo(taken.toByteArray());
  }

  @Test
  void takesWhole_largeAndCompact_takesNoMemoryOfItsOwn() {
    PartBuffer part = new PartBuffer(1 << 20, blocks);

    assertThat(part.takesWhole(ByteString.fromArrayUnsafe(bytes(PartBuffer.LARGE)))).isTrue();

    assertThat(blocks.allocated()).isZero();
  }

  @Test
  void takesWhole_aSliceOfSomethingLarger_isCopied() {
    PartBuffer part = new PartBuffer(1 << 20, blocks);

    assertThat(part.takesWhole(ByteString.fromArrayUnsafe(bytes(1 << 20), 7, PartBuffer.LARGE)))
        .isTrue();

    assertThat(blocks.allocated()).isOne();
  }

  @Test
  void takesWhole_moreThanIsLeft_takesNothing() {
    PartBuffer part = new PartBuffer(PartBuffer.LARGE + 10, blocks);
    assertThat(part.takesWhole(ByteString.fromArrayUnsafe(bytes(11)))).isTrue();

    assertThat(part.takesWhole(ByteString.fromArrayUnsafe(bytes(PartBuffer.LARGE)))).isFalse();

    assertThat(part.size()).isEqualTo(11);
  }

  @Test
  void takesWhole_nothing_takesNoMemory() {
    PartBuffer part = new PartBuffer(10, blocks);

    assertThat(part.takesWhole(ByteString.emptyByteString())).isTrue();

    assertThat(blocks.allocated()).isZero();
    assertThat(read(part.body())).isEmpty();
  }

  @Test
  void release_filledAgain_usesTheSameMemory() {
    for (int i = 0; i < 5; i++) {
      PartBuffer part = new PartBuffer(3 * BLOCK, blocks);
      part.take(ByteBuffer.wrap(bytes(3 * BLOCK)));
      assertThat(part.isFull()).isTrue();
      part.release();
    }

    assertThat(blocks.allocated()).isEqualTo(3);
  }
}
