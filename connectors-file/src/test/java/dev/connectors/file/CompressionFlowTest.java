package dev.connectors.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connectors.file.ArchiveException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;

class CompressionFlowTest extends ArchiveTest {

  private DecompressSettings settings() {
    return DecompressSettings.create(system);
  }

  private byte[] compressed(CompressionFormat format, byte[] content) throws Exception {
    return get(joined(pieces(content, 10_000).via(CompressionFlow.compress(format)))).toArray();
  }

  private CompletionStage<ByteString> decompressed(
      CompressionFormat format, byte[] compressed, int pieces, DecompressSettings settings) {
    return joined(pieces(compressed, pieces).via(CompressionFlow.decompress(format, settings)));
  }

  private static byte[] text(int size) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < size; i++) {
      text.append("order ").append(i * 7919L % 100_003).append(" is shipped\n");
    }
    return text.substring(0, size).getBytes(UTF_8);
  }

  private static void assertNoThreadIsLeft() {
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith("connectors-decompress")));
  }

  @ParameterizedTest
  @EnumSource
  void decompress_whatWasCompressed_isTheSame(CompressionFormat format) throws Exception {
    for (byte[] content : new byte[][] {{}, {1}, text(1_000_000), Archives.random(300_000, 1)}) {
      byte[] compressed = compressed(format, content);
      for (int pieces : new int[] {7, 1000, 1_000_000}) {
        assertThat(get(decompressed(format, compressed, pieces, settings())).toArray())
            .isEqualTo(content);
      }
    }
    assertNoThreadIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void decompress_severalStreams_areOne(CompressionFormat format) throws Exception {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.write(compressed(format, text(100_000)));
    both.write(compressed(format, new byte[0]));
    both.write(compressed(format, "end".getBytes(UTF_8)));

    byte[] content = get(decompressed(format, both.toByteArray(), 100, settings())).toArray();

    assertThat(content).hasSize(100_003).endsWith("end".getBytes(UTF_8));
  }

  @ParameterizedTest
  @EnumSource
  void decompress_truncatedAnywhere_failsTheStream(CompressionFormat format) throws Exception {
    byte[] compressed = compressed(format, text(2_000));

    for (int length = 0; length < compressed.length; length += 1 + length / 10) {
      assertThat(
              refusal(decompressed(format, Arrays.copyOf(compressed, length), 64, settings()))
                  .reason())
          .as("%s of %s bytes", length, compressed.length)
          .isIn(Reason.TRUNCATED, Reason.CORRUPT);
    }
    assertThat(
            refusal(
                    decompressed(
                        format, Arrays.copyOf(compressed, compressed.length - 1), 64, settings()))
                .reason())
        .isIn(Reason.TRUNCATED, Reason.CORRUPT);
    assertNoThreadIsLeft();
  }

  @ParameterizedTest
  @EnumSource
  void decompress_changedOrSomethingElse_failsTheStream(CompressionFormat format) throws Exception {
    byte[] compressed = compressed(format, Archives.random(20_000, 1));
    compressed[compressed.length / 2] ^= 0x55;

    assertThat(refusal(decompressed(format, compressed, 1000, settings())).reason())
        .isIn(Reason.CORRUPT, Reason.TRUNCATED);
    assertThat(refusal(decompressed(format, text(5000), 1000, settings())).reason())
        .isEqualTo(Reason.CORRUPT);
    byte[] trailed = compressed(format, text(100));
    trailed = Arrays.copyOf(trailed, trailed.length + 20);
    Arrays.fill(trailed, trailed.length - 20, trailed.length, (byte) 'x');
    assertThat(refusal(decompressed(format, trailed, 1000, settings())).reason())
        .isIn(Reason.CORRUPT, Reason.TRUNCATED);
  }

  @ParameterizedTest
  @EnumSource
  void decompress_bomb_isRefused(CompressionFormat format) throws Exception {
    byte[] bomb = compressed(format, new byte[30_000_000]);

    ArchiveException size =
        refusal(
            decompressed(
                format, bomb, 1000, settings().withMaxRatio(1_000_000_000).withMaxSize(1_000_000)));

    assertThat(size.reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(size.limit()).hasValue(1_000_000);
    ArchiveException ratio = refusal(decompressed(format, bomb, 1000, settings()));
    assertThat(ratio.reason()).isEqualTo(Reason.RATIO);
    assertThat(ratio.limit()).hasValue(100);
    assertNoThreadIsLeft();
  }

  @Test
  void decompress_xzThatTakesMoreMemoryThanAllowed_isRefused() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (XZCompressorOutputStream xz =
        XZCompressorOutputStream.builder()
            .setOutputStream(bytes)
            .setLzma2Options(new LZMA2Options(6))
            .get()) {
      xz.write(text(1000));
    }

    assertThat(
            refusal(
                    decompressed(
                        CompressionFormat.XZ,
                        bytes.toByteArray(),
                        100,
                        settings().withMemoryLimit(1024 * 1024)))
                .reason())
        .isEqualTo(Reason.MEMORY);
  }

  @Test
  void decompress_nameThatNeverEnds_isRefused() {
    byte[] begin = {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 0};

    CompletionStage<ByteString> result =
        joined(
            Source.single(ByteString.fromArray(begin))
                .concat(Source.repeat(ByteString.fromString("x".repeat(65_536))).take(1000))
                .via(CompressionFlow.decompress(CompressionFormat.GZIP, settings())));

    assertThat(refusal(result).reason()).isEqualTo(Reason.CORRUPT);
  }

  @Test
  void decompress_cancelledOrUpstreamFails_leavesNoThread() throws Exception {
    byte[] compressed = compressed(CompressionFormat.GZIP, text(3_000_000));

    get(
        pieces(compressed, 1000)
            .via(CompressionFlow.decompress(CompressionFormat.GZIP, settings()))
            .runWith(Sink.head(), materializer));
    CompletableFuture<NotUsed> failing = new CompletableFuture<>();
    CompletionStage<ByteString> failed =
        joined(
            pieces(compressed, 1000)
                .take(2)
                .concat(Source.completionStage(failing).map(unused -> ByteString.emptyByteString()))
                .via(CompressionFlow.decompress(CompressionFormat.GZIP, settings())));
    failing.completeExceptionally(new IllegalStateException("upstream"));

    assertThat(failure(failed)).hasMessage("upstream");
    assertNoThreadIsLeft();
  }

  @Test
  void gzip_ofJava_andForJava() throws Exception {
    byte[] content = text(100_000);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }

    assertThat(
            get(decompressed(CompressionFormat.GZIP, bytes.toByteArray(), 100, settings()))
                .toArray())
        .isEqualTo(content);
    byte[] ours = compressed(CompressionFormat.GZIP, content);
    assertThat(new GZIPInputStream(new ByteArrayInputStream(ours)).readAllBytes())
        .isEqualTo(content);
  }

  @Test
  void compress_badLevel_isRefusedEagerly() {
    assertThatThrownBy(() -> CompressionFlow.compress(CompressionFormat.BZIP2, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("level of BZIP2 is 0");
    assertThatThrownBy(() -> CompressionFlow.compress(CompressionFormat.LZ4, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LZ4")
  void compress_strongest_isSmaller(CompressionFormat format) throws Exception {
    int level = format == CompressionFormat.XZ ? 3 : 9;
    byte[] content = text(500_000);

    byte[] compressed =
        get(joined(pieces(content, 100_000).via(CompressionFlow.compress(format, level))))
            .toArray();

    assertThat(compressed.length).isLessThan(content.length / 3);
    assertThat(get(decompressed(format, compressed, 1000, settings())).toArray())
        .isEqualTo(content);
  }
}
