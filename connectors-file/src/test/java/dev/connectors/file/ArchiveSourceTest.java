package dev.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.connectors.file.ArchiveException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipMethod;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.apache.pekko.util.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ArchiveSourceTest extends ArchiveTest {
  private static final Map<String, byte[]> SEVERAL = new LinkedHashMap<>();

  static {
    SEVERAL.put("empty", new byte[0]);
    SEVERAL.put("small.txt", "grün".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    SEVERAL.put("directory/large", Archives.random(700_001, 1));
    SEVERAL.put("ümläut", new byte[200_000]);
    SEVERAL.put("last", Archives.random(65_536, 2));
  }

  private Path file(byte[] bytes) {
    return Archives.write(folder.resolve("archive"), bytes);
  }

  private Source<ArchiveEntry, NotUsed> zip(byte[] bytes) {
    return ArchiveSource.zip(file(bytes), reading());
  }

  private static long openFiles(Path path) throws Exception {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .filter(
              descriptor -> {
                try {
                  return Files.readSymbolicLink(descriptor).equals(path.toRealPath());
                } catch (java.io.IOException e) {
                  return false;
                }
              })
          .count();
    }
  }

  private void assertClosed() {
    if (Files.isDirectory(Path.of("/proc/self/fd"))) {
      Awaitility.await()
          .untilAsserted(() -> assertThat(openFiles(folder.resolve("archive"))).isZero());
    }
  }

  // ---- zip

  @Test
  void zip_ofJava_emitsEntriesWithTheirContents() throws Exception {
    assertSame(get(read(zip(Archives.zip(SEVERAL)))), SEVERAL);
    assertSame(get(read(ArchiveSource.zip(folder.resolve("archive")))), SEVERAL);
    assertClosed();
  }

  @Test
  void zip_anyMethod_isRead() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] content =
        "several times ".repeat(10_000).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
      ZipArchiveEntry stored = new ZipArchiveEntry("stored");
      stored.setMethod(ZipMethod.STORED.getCode());
      stored.setSize(content.length);
      CRC32 crc = new CRC32();
      crc.update(content);
      stored.setCrc(crc.getValue());
      zip.putArchiveEntry(stored);
      zip.write(content);
      zip.closeArchiveEntry();
      zip.putArchiveEntry(new ZipArchiveEntry("directory/"));
      zip.closeArchiveEntry();
      zip.putArchiveEntry(new ZipArchiveEntry("directory/deflated"));
      zip.write(content);
      zip.closeArchiveEntry();
    }

    Map<String, byte[]> contents =
        get(read(ArchiveSource.zip(file(bytes.toByteArray()), reading().withMaxRatio(1000))));

    assertThat(contents.keySet()).containsExactly("stored", "directory", "directory/deflated");
    assertThat(contents.get("stored")).isEqualTo(content);
    assertThat(contents.get("directory")).isEmpty();
    assertThat(contents.get("directory/deflated")).isEqualTo(content);
  }

  @Test
  void zip_contentsNotRead_areLeftOut() throws Exception {
    assertThat(get(headers(zip(Archives.zip(SEVERAL)))))
        .extracting(EntryHeader::name)
        .containsExactlyElementsOf(SEVERAL.keySet());
    assertThat(
            get(
                zip(Archives.zip(SEVERAL))
                    .flatMapConcat(entry -> entry.content().take(1))
                    .runWith(Sink.seq(), materializer)))
        .hasSize(4);
    assertClosed();
  }

  @Test
  void zip_oneTakenByName_isReadAfterTheStreamWasCancelled() throws Exception {
    ByteString content =
        get(
            joined(
                zip(Archives.zip(SEVERAL))
                    .filter(entry -> entry.header().name().equals("directory/large"))
                    .take(1)
                    .flatMapConcat(ArchiveEntry::content)));

    assertThat(content.toArray()).isEqualTo(SEVERAL.get("directory/large"));
    assertClosed();
  }

  @Test
  void zip_contentsReadLaterInAnyOrderAndAgain_areThere() throws Exception {
    List<ArchiveEntry> entries = get(zip(Archives.zip(SEVERAL)).runWith(Sink.seq(), materializer));

    for (int i : new int[] {4, 2, 2, 0, 3, 1}) {
      assertThat(get(joined(entries.get(i).content())).toArray())
          .isEqualTo(SEVERAL.get(entries.get(i).header().name()));
    }
    assertClosed();
  }

  @Test
  void zip_contentsReadAgain_countOnce() throws Exception {
    byte[] zip = Archives.zip(Map.of("large", Archives.random(700_000, 1)));
    ArchiveReadSettings tight = reading().withMaxSize(700_000);

    ByteString twice =
        get(
            joined(
                ArchiveSource.zip(file(zip), tight)
                    .flatMapConcat(
                        entry ->
                            entry
                                .content()
                                .take(3)
                                .concat(entry.content())
                                .concat(entry.content()))));

    assertThat(twice.size()).isEqualTo(2 * 700_000 + 3 * 65_536);
  }

  @Test
  void zip_contentsReadBesideEachOther_areRead() throws Exception {
    Map<String, byte[]> many = new LinkedHashMap<>();
    for (int i = 0; i < 30; i++) {
      many.put("entry" + i, Archives.random(i % 3 == 0 ? 300_000 : 100, i));
    }

    List<ByteString> contents =
        get(
            zip(Archives.zip(many))
                .mapAsync(8, entry -> joined(entry.content()))
                .runWith(Sink.seq(), materializer));

    assertThat(contents.stream().map(ByteString::toArray)).containsExactlyElementsOf(many.values());
    assertClosed();
  }

  @Test
  void zip_cancelledWithinAContent_closesTheFile() throws Exception {
    get(
        zip(Archives.zip(Map.of("large", Archives.random(5_000_000, 1))))
            .flatMapConcat(ArchiveEntry::content)
            .runWith(Sink.head(), materializer));

    assertClosed();
  }

  @Test
  void zip_noFileOrNoZip_failsTheStream() throws Exception {
    assertThat(failure(read(ArchiveSource.zip(folder.resolve("absent")))))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(refusal(read(zip(new byte[0]))).reason()).isEqualTo(Reason.CORRUPT);
    assertThat(refusal(read(zip(Archives.random(10_000, 3)))).reason()).isEqualTo(Reason.CORRUPT);
    assertClosed();
  }

  @Test
  void zip_truncatedAnywhere_failsTheStream() {
    byte[] zip = Archives.zip(Archives.contents("one", "content one", "two", "content two"));

    for (int length = 0; length < zip.length; length++) {
      assertThat(refusal(read(zip(Arrays.copyOf(zip, length)))).reason())
          .as("%s bytes", length)
          .isIn(Reason.CORRUPT, Reason.TRUNCATED);
    }
  }

  @Test
  void zip_moreEntriesThanAllowed_isRefusedBeforeTheFirst() throws Exception {
    Map<String, byte[]> many = new LinkedHashMap<>();
    for (int i = 0; i <= 10_000; i++) {
      many.put("entry" + i, new byte[0]);
    }
    byte[] tooMany = Archives.zip(many);

    ArchiveException refusal = refusal(headers(zip(tooMany)));

    assertThat(refusal.reason()).isEqualTo(Reason.TOO_MANY_ENTRIES);
    assertThat(refusal.limit()).hasValue(10_000);
    assertThat(refusal.value()).hasValue(10_001);
    many.remove("entry10000");
    assertThat(get(headers(zip(Archives.zip(many))))).hasSize(10_000);
    // The count at the end of the file may lie.
    byte[] lying = tooMany.clone();
    Arrays.fill(lying, lying.length - 14, lying.length - 10, (byte) 0);
    assertThat(refusal(headers(zip(lying))).reason()).isEqualTo(Reason.TOO_MANY_ENTRIES);
    // And so may the size of what is counted.
    lying = tooMany.clone();
    Arrays.fill(lying, lying.length - 10, lying.length - 6, (byte) 0xff);
    assertThat(refusal(headers(zip(lying))).reason()).isEqualTo(Reason.TOO_MANY_ENTRIES);
  }

  @Test
  void zip_unsafeNames_areRefusedSkippedOrEmitted() throws Exception {
    for (String name :
        List.of(
            "../evil",
            "a/../../evil",
            "/etc/evil",
            "..",
            "C:evil",
            "c:/evil",
            "a\\..\\evil",
            "\\evil",
            "a\u0000b",
            "x/..")) {
      byte[] zip = Archives.zip(Archives.contents("good", "1", name, "2", "alsogood", "3"));

      ArchiveException refusal = refusal(read(zip(zip)));

      assertThat(refusal.reason()).as(name).isEqualTo(Reason.UNSAFE_NAME);
      String read = name.replace('\\', '/'); // Commons Compress does, in what DOS may have made
      assertThat(refusal.entry()).contains(read);
      ArchiveReadSettings skipping = reading().withOnUnsafeName(EntryPolicy.SKIP);
      assertThat(get(read(ArchiveSource.zip(folder.resolve("archive"), skipping))).keySet())
          .containsExactly("good", "alsogood");
      ArchiveReadSettings emitting = reading().withOnUnsafeName(EntryPolicy.EMIT);
      assertThat(get(read(ArchiveSource.zip(folder.resolve("archive"), emitting))).keySet())
          .containsExactly("good", read, "alsogood");
    }
  }

  @Test
  void zip_symbolicLink_isRefusedSkippedOrEmitted() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
      ZipArchiveEntry link = new ZipArchiveEntry("link");
      link.setUnixMode(0120777);
      zip.putArchiveEntry(link);
      zip.write("../../etc/passwd".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      zip.closeArchiveEntry();
    }
    Path file = file(bytes.toByteArray());

    ArchiveException refusal = refusal(headers(ArchiveSource.zip(file, reading())));

    assertThat(refusal.reason()).isEqualTo(Reason.LINK);
    assertThat(refusal.entry()).contains("link");
    assertThat(get(headers(ArchiveSource.zip(file, reading().withOnLink(EntryPolicy.SKIP)))))
        .isEmpty();
    ArchiveReadSettings emitting = reading().withOnLink(EntryPolicy.EMIT);
    EntryHeader link = get(headers(ArchiveSource.zip(file, emitting))).get(0);
    assertThat(link.type()).isEqualTo(EntryType.SYMBOLIC_LINK);
    assertThat(link.linkTarget()).contains("../../etc/passwd");
  }

  @Test
  void zip_duplicateNames_areRefusedSkippedOrEmitted() throws Exception {
    byte[] duplicate =
        Archives.replaced(
            Archives.zip(Archives.contents("one", "first", "two", "2nd")), "two", "one");
    byte[] sameInTheEnd = Archives.zip(Archives.contents("a/b", "1", "a/.//b", "2"));
    assertThat(refusal(headers(zip(sameInTheEnd))).reason()).isEqualTo(Reason.DUPLICATE_NAME);

    ArchiveException refusal = refusal(headers(zip(duplicate)));

    assertThat(refusal.reason()).isEqualTo(Reason.DUPLICATE_NAME);
    assertThat(refusal.entry()).contains("one");
    Path file = folder.resolve("archive");
    assertThat(get(read(ArchiveSource.zip(file, reading().withOnDuplicate(EntryPolicy.SKIP)))))
        .hasSize(1)
        .hasEntrySatisfying("one", content -> assertThat(content).asString().isEqualTo("first"));
    assertThat(get(headers(ArchiveSource.zip(file, reading().withOnDuplicate(EntryPolicy.EMIT)))))
        .hasSize(2);
  }

  @Test
  void zip_bomb_isRefusedByRatioAndSizes() throws Exception {
    byte[] bomb = Archives.zip(Map.of("bomb", new byte[20_000_000]));

    ArchiveException ratio = refusal(read(zip(bomb)));

    assertThat(ratio.reason()).isEqualTo(Reason.RATIO);
    assertThat(ratio.limit()).hasValue(100);
    assertThat(ratio.value().orElse(0)).isGreaterThan(50);
    ArchiveReadSettings generous = reading().withMaxRatio(10_000);
    assertThat(
            refusal(read(ArchiveSource.zip(file(bomb), generous.withMaxEntrySize(19_999_999))))
                .reason())
        .isEqualTo(Reason.ENTRY_TOO_LARGE);
    assertThat(
            refusal(read(ArchiveSource.zip(file(bomb), generous.withMaxSize(5_000_000)))).reason())
        .isEqualTo(Reason.TOO_LARGE);
    assertSame(
        get(read(ArchiveSource.zip(file(bomb), generous))), Map.of("bomb", new byte[20_000_000]));
  }

  @Test
  void zip_lyingSize_isRefused() {
    byte[] zip = Archives.zip(Map.of("entry", Archives.random(100_000, 1)));

    for (int claimed : new int[] {0, 10, 70_000, 99_999, 100_001, 1_000_000}) {
      ArchiveException refusal =
          refusal(read(zip(Archives.inFirstDirectoryHeader(zip, 24, claimed))));
      assertThat(refusal.reason()).as("%s", claimed).isEqualTo(Reason.SIZE_MISMATCH);
      assertThat(refusal.entry()).contains("entry");
      assertThat(refusal.limit()).hasValue(claimed);
    }
  }

  @Test
  void zip_wrongChecksum_isRefused() {
    byte[] zip = Archives.zip(Map.of("entry", Archives.random(100_000, 1)));

    ArchiveException refusal = refusal(read(zip(Archives.inFirstDirectoryHeader(zip, 16, 12345))));

    assertThat(refusal.reason()).isEqualTo(Reason.CORRUPT);
    assertThat(refusal).hasMessageContaining("checksum");
  }

  @Test
  void zip_encrypted_isNotSupported() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("secret"));
      zip.write(new byte[100]);
    }
    byte[] zip = bytes.toByteArray();
    byte[] encrypted = Archives.inFirstDirectoryHeader(zip, 8, 0x0008_0809);

    assertThat(refusal(read(zip(encrypted))).reason()).isEqualTo(Reason.UNSUPPORTED);
  }

  // ---- 7z

  @Test
  void sevenZ_ofCommonsCompress_emitsEntriesWithTheirContents() throws Exception {
    Path file = Archives.sevenZ(folder.resolve("archive"), SEVERAL);

    assertSame(get(read(ArchiveSource.sevenZ(file, reading().withMaxRatio(100_000)))), SEVERAL);
    assertClosed();
  }

  @Test
  void sevenZ_contentsNotRead_areSkipped() throws Exception {
    Path file = Archives.sevenZ(folder.resolve("archive"), SEVERAL);

    assertThat(get(headers(ArchiveSource.sevenZ(file))))
        .extracting(EntryHeader::name)
        .containsExactlyElementsOf(SEVERAL.keySet());
    ByteString last =
        get(
            joined(
                ArchiveSource.sevenZ(file)
                    .filter(entry -> entry.header().name().equals("directory/large"))
                    .take(1)
                    .flatMapConcat(ArchiveEntry::content)));
    assertThat(last.toArray()).isEqualTo(SEVERAL.get("directory/large"));
    assertClosed();
  }

  @Test
  void sevenZ_behindAFilterAndBesideEachOther_contentsAreRead() throws Exception {
    Path file = Archives.sevenZ(folder.resolve("archive"), SEVERAL);

    List<ByteString> contents =
        get(
            ArchiveSource.sevenZ(file, reading().withMaxRatio(100_000))
                .filter(entry -> !entry.header().name().equals("small.txt"))
                .mapAsync(4, entry -> joined(entry.content()))
                .runWith(Sink.seq(), materializer));

    Map<String, byte[]> filtered = new LinkedHashMap<>(SEVERAL);
    filtered.remove("small.txt");
    assertThat(contents.stream().map(ByteString::toArray))
        .containsExactlyElementsOf(filtered.values());
  }

  @Test
  void sevenZ_contentCancelledBeforeItIsPulled_isPassedAtOnce() throws Exception {
    Path file = Archives.sevenZ(folder.resolve("archive"), SEVERAL);
    ActorSystem patient =
        ActorSystem.create(
            "patient",
            ConfigFactory.parseString("pekko.stream.materializer.subscription-timeout.timeout = 1h")
                .withFallback(ConfigFactory.load()));
    try {
      assertThat(
              get(
                  ArchiveSource.sevenZ(file)
                      .map(
                          entry -> {
                            var unused = entry.content().runWith(Sink.cancelled(), materializer);
                            return entry.header().name();
                          })
                      .runWith(Sink.seq(), patient)))
          .containsExactlyElementsOf(SEVERAL.keySet());
    } finally {
      TestKit.shutdownActorSystem(patient);
    }
    assertClosed();
  }

  @Test
  void sevenZ_cancelledBeforeAContentIs_closesTheFile() throws Exception {
    Path file =
        Archives.sevenZ(
            folder.resolve("archive"),
            Map.of("one", Archives.random(5_000_000, 1), "two", Archives.random(5_000_000, 2)));
    TestSubscriber.Probe<ArchiveEntry> entries =
        ArchiveSource.sevenZ(file).runWith(TestSink.create(system), materializer);
    TestSubscriber.Probe<ByteString> content =
        entries.request(1).expectNext().content().runWith(TestSink.create(system), materializer);
    entries.request(1); // the second entry waits for the content of the first
    content.request(1).expectNext();

    entries.cancel();
    content.cancel();

    assertClosed();
  }

  @Test
  void sevenZ_compressedAsOne_isRead() throws Exception {
    Map<String, byte[]> contents = new LinkedHashMap<>(SEVERAL);
    contents.remove("empty");
    Path file = Archives.solidSevenZ(folder.resolve("archive"), contents);
    ArchiveReadSettings generous = reading().withMaxRatio(100_000);

    assertSame(get(read(ArchiveSource.sevenZ(file, generous))), contents);
    assertThat(only("last", file, generous)).isEqualTo(SEVERAL.get("last"));
  }

  @Test
  void sevenZ_bombThatIsPassedUnread_isRefusedByRatioAndSizes() throws Exception {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put("first", Archives.random(70_000, 1));
    contents.put("bomb", new byte[20_000_000]);
    contents.put("last", Archives.random(70_000, 2));
    Path file = Archives.solidSevenZ(folder.resolve("archive"), contents);
    ArchiveReadSettings generous = reading().withMaxRatio(100_000);

    assertThat(only("first", file, reading())).isEqualTo(contents.get("first"));
    ArchiveException ratio = refusal(passingUnread(file, reading()));
    assertThat(ratio.reason()).isEqualTo(Reason.RATIO);
    assertThat(ratio.entry()).contains("bomb");
    assertThat(refusal(passingUnread(file, generous.withMaxEntrySize(19_999_999))).reason())
        .isEqualTo(Reason.ENTRY_TOO_LARGE);
    ArchiveReadSettings exact = generous.withMaxSize(20_000_000 + 2 * 70_000);
    assertThat(refusal(passingUnread(file, exact.withMaxSize(exact.maxSize() - 1))).reason())
        .isEqualTo(Reason.TOO_LARGE);
    assertThat(get(passingUnread(file, exact)).toArray()).isEqualTo(contents.get("last"));
  }

  /** The last content of three, when the first was read in part and the second not at all. */
  private CompletionStage<ByteString> passingUnread(Path file, ArchiveReadSettings settings) {
    return joined(
        ArchiveSource.sevenZ(file, settings)
            .flatMapConcat(
                entry ->
                    switch (entry.header().name()) {
                      case "first" -> entry.content().take(1).filter(chunk -> chunk.isEmpty());
                      case "last" -> entry.content();
                      default -> Source.empty();
                    }));
  }

  @Test
  void sevenZ_largeEntryThatNeedNotBeDecompressed_isNotCounted() throws Exception {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put("bomb", new byte[5_000_000]);
    contents.put("last", Archives.random(100_000, 2));
    Path file = Archives.sevenZ(folder.resolve("archive"), contents); // each by itself

    assertThat(only("last", file, reading().withMaxSize(100_000))).isEqualTo(contents.get("last"));
  }

  private byte[] only(String name, Path file, ArchiveReadSettings settings) throws Exception {
    return get(joined(
            ArchiveSource.sevenZ(file, settings)
                .filter(entry -> entry.header().name().equals(name))
                .flatMapConcat(ArchiveEntry::content)))
        .toArray();
  }

  @Test
  void sevenZ_truncatedOrChanged_failsTheStream() throws Exception {
    byte[] bytes =
        Files.readAllBytes(
            Archives.sevenZ(folder.resolve("7z"), Map.of("one", Archives.random(1000, 1))));
    for (int length = 0; length < bytes.length; length += 7) {
      assertThat(refusal(read(ArchiveSource.sevenZ(file(Arrays.copyOf(bytes, length))))).reason())
          .as("%s bytes", length)
          .isIn(Reason.CORRUPT, Reason.TRUNCATED);
    }
    byte[] changed = bytes.clone();
    changed[500] ^= 1;
    assertThat(refusal(read(ArchiveSource.sevenZ(file(changed)))).reason())
        .isEqualTo(Reason.CORRUPT);
  }

  @Test
  void sevenZ_takesMoreMemoryThanAllowed_isRefused() throws Exception {
    Path file = Archives.sevenZ(folder.resolve("archive"), Map.of("one", new byte[1000]));

    assertThat(refusal(read(ArchiveSource.sevenZ(file, reading().withMemoryLimit(1024)))).reason())
        .isEqualTo(Reason.MEMORY);
  }
}
