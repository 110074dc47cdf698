package dev.connectors.file.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // before each test
class NearbyChannelTest {
  private static final int SIZE = 5 * NearbyChannel.WINDOW + 123;

  @TempDir private Path folder;
  private final byte[] content = new byte[SIZE];
  private Path file;

  @BeforeEach
  void write() throws IOException {
    new Random(1).nextBytes(content);
    file = Files.write(folder.resolve("file"), content);
  }

  private NearbyChannel open() throws IOException {
    return new NearbyChannel(FileChannel.open(file, StandardOpenOption.READ));
  }

  private static byte[] read(NearbyChannel channel, long position, int length) throws IOException {
    ByteBuffer into = ByteBuffer.allocate(length + 2).position(1).limit(length + 1);
    channel.position(position);
    while (into.hasRemaining() && channel.read(into) >= 0) {}
    assertThat(channel.position()).isEqualTo(position + into.position() - 1);
    return Arrays.copyOfRange(into.array(), 1, into.position());
  }

  private byte[] expected(int from, int length) {
    return Arrays.copyOfRange(content, Math.min(from, SIZE), Math.min(from + length, SIZE));
  }

  @Test
  void read_anywhere_givesWhatTheFileHas() throws IOException {
    Random random = new Random(2);
    try (NearbyChannel channel = open()) {
      int position = 0;
      for (int i = 0; i < 5_000; i++) {
        int length = random.nextInt(i % 10 == 0 ? 3 * NearbyChannel.WINDOW : 200);
        position =
            i % 5 == 0
                ? random.nextInt(SIZE + 10)
                : Math.max(0, position + random.nextInt(601) - 300);

        assertThat(read(channel, position, length)).isEqualTo(expected(position, length));
      }
    }
  }

  @Test
  void read_backwards_givesWhatTheFileHas() throws IOException {
    try (NearbyChannel channel = open()) {
      for (int position = SIZE - 1; position >= 0; position--) {
        assertThat(read(channel, position, 1)).containsExactly(content[position]);
      }
    }
  }

  @Test
  void read_behindTheEnd_isTheEnd() throws IOException {
    try (NearbyChannel channel = open()) {
      assertThat(channel.position(SIZE).read(ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(channel.read(ByteBuffer.allocate(2 * NearbyChannel.WINDOW))).isEqualTo(-1);
      assertThat(channel.read(ByteBuffer.allocate(0))).isZero();
      assertThat(channel.position()).isEqualTo(SIZE);
      assertThat(channel.size()).isEqualTo(SIZE);
    }
  }

  @Test
  void write_anything_isRefused() throws IOException {
    NearbyChannel channel = open();

    assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1)))
        .isInstanceOf(NonWritableChannelException.class);
    assertThatThrownBy(() -> channel.truncate(1)).isInstanceOf(NonWritableChannelException.class);
    assertThatThrownBy(() -> channel.position(-1)).isInstanceOf(IllegalArgumentException.class);
    channel.close();
    assertThat(channel.isOpen()).isFalse();
  }
}
