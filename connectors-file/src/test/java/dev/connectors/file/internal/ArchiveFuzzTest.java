package dev.connectors.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.connectors.file.ArchiveReadSettings;
import dev.connectors.file.CompressionFormat;
import dev.connectors.file.DecompressSettings;
import dev.connectors.file.EntryPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

/**
 * Coverage-guided: {@code mvn -Pfuzz -pl connectors-file -am test} for ten minutes. Whatever the
 * bytes are, they are read or refused with the one exception that users expect; without the profile
 * the inputs that were kept are run once.
 */
class ArchiveFuzzTest {
  private static final int SEVEN_Z_START = 32;

  private static @Nullable Path folder;

  private static Path folder() throws IOException {
    Path existing = folder;
    if (existing == null) {
      existing = Files.createTempDirectory("archive-fuzz");
      folder = existing;
    }
    return existing;
  }

  @AfterAll
  static void deleteFolder() throws IOException {
    if (folder != null) {
      Files.deleteIfExists(folder.resolve("archive"));
      Files.deleteIfExists(folder);
    }
  }

  private static ArchiveReadSettings emitAll() {
    return Run.reading()
        .withMaxEntries(100)
        .withMaxSize(4 * 1024 * 1024)
        .withMemoryLimit(16 * 1024 * 1024)
        .withOnUnsafeName(EntryPolicy.EMIT)
        .withOnLink(EntryPolicy.EMIT)
        .withOnDuplicate(EntryPolicy.EMIT);
  }

  @FuzzTest(maxDuration = "150s")
  void zip_anyBytes_areReadOrRefused(byte[] bytes) throws IOException {
    Run.file(ZipReader::new, Run.write(folder(), bytes), emitAll());
    Run.file(ZipReader::new, Run.write(folder(), bytes), emitAll().withChunkSize(7));
  }

  /** Also with the checksums that they should have: hardly any bytes would pass those. */
  @FuzzTest(maxDuration = "150s")
  void sevenZ_anyBytes_areReadOrRefused(byte[] bytes) throws IOException {
    Run.file(SevenZReader::new, Run.write(folder(), bytes), emitAll());
    Run.file(SevenZReader::new, Run.write(folder(), withChecksums(bytes)), emitAll());
  }

  /** Of the 7z's header, and of the part at the beginning that says where that is. */
  private static byte[] withChecksums(byte[] bytes) {
    if (bytes.length < SEVEN_Z_START) {
      return bytes;
    }
    ByteBuffer sevenZ = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
    long header = SEVEN_Z_START + sevenZ.getLong(12);
    long length = sevenZ.getLong(20);
    if (header >= SEVEN_Z_START && length >= 0 && length <= bytes.length - header) {
      sevenZ.putInt(28, crc(sevenZ.array(), (int) header, (int) length));
    }
    sevenZ.putInt(8, crc(sevenZ.array(), 12, 20));
    return sevenZ.array();
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  @FuzzTest(maxDuration = "150s")
  void tar_anyBytes_areReadOrRefusedHoweverCut(byte[] bytes) {
    Run.Result whole = Run.tar(List.of(bytes), emitAll());
    int cut = bytes.length == 0 ? 1 : 1 + (bytes[bytes.length - 1] & 0xFF);

    assertThat(Run.tar(Run.pieces(bytes, List.of(1, cut, 511, 2 * cut, 1000)), emitAll()))
        .isEqualTo(whole);
  }

  @FuzzTest(maxDuration = "150s")
  void decompress_anyBytes_areReadOrRefusedHoweverCut(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    CompressionFormat[] formats = CompressionFormat.values();
    CompressionFormat format = formats[Math.floorMod(bytes[0], formats.length)];
    byte[] compressed = Arrays.copyOfRange(bytes, 1, bytes.length);
    DecompressSettings settings =
        Run.decompressing().withMaxSize(4 * 1024 * 1024).withMemoryLimit(16 * 1024 * 1024);

    Run.Decompressed whole = Run.decompress(format, List.of(compressed), settings);
    Run.Decompressed cut =
        Run.decompress(format, Run.pieces(compressed, List.of(1, 3, 100)), settings);

    if (whole.failure() == null) {
      assertThat(cut.failure()).isNull();
      assertThat(cut.bytes()).isEqualTo(whole.bytes());
    } else {
      assertThat(cut.failure()).isNotNull();
    }
  }
}
