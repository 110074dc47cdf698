package dev.connectors.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.connectors.file.ArchiveException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.apache.pekko.util.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveFlowTest extends ArchiveTest {
  private static final Map<String, byte[]> SEVERAL = new LinkedHashMap<>();

  static {
    SEVERAL.put("empty", new byte[0]);
    SEVERAL.put("small.txt", "grün".getBytes(UTF_8));
    SEVERAL.put("directory/" + "long".repeat(60), Archives.random(100_001, 1));
    SEVERAL.put("ümläut", new byte[512]);
    SEVERAL.put("last", Archives.random(5_000, 2));
  }

  private Source<ArchiveEntry, NotUsed> tar(byte[] tar) {
    return tar(tar, 1000);
  }

  private Source<ArchiveEntry, NotUsed> tar(byte[] tar, int pieces) {
    return pieces(tar, pieces).via(ArchiveFlow.readTar(reading()));
  }

  private static byte[] tool(String name) throws IOException {
    try (var stream =
        Objects.requireNonNull(ArchiveFlowTest.class.getResourceAsStream("tools/" + name))) {
      return stream.readAllBytes();
    }
  }

  private static byte[] numbers() {
    StringBuilder numbers = new StringBuilder();
    for (int i = 1; i <= 2000; i++) {
      numbers.append(i).append('\n');
    }
    return numbers.toString().getBytes(UTF_8);
  }

  // ---- what tools write: GNU tar 1.34, Info-ZIP 3.0, gzip, xz, zstd, bzip2, lz4

  @ParameterizedTest
  @ValueSource(strings = {"gnu.tar", "posix.tar", "ustar.tar"})
  void readTar_ofGnuTar_emitsEntries(String file) throws Exception {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    get(read(tar(tool(file))))
        .forEach((name, content) -> contents.put(name.replaceFirst("^\\./", ""), content));

    assertThat(contents.get("one.txt")).asString(UTF_8).isEqualTo("one\n");
    assertThat(contents.get("grün.txt")).asString(UTF_8).isEqualTo("grün\n");
    assertThat(contents.get("directory/numbers")).isEqualTo(numbers());
    assertThat(contents.get("empty")).isEmpty();
    if (!file.startsWith("ustar")) {
      assertThat(contents).containsKey("directory/" + "long".repeat(40) + ".txt");
    }
    assertThat(get(headers(tar(tool(file)))))
        .filteredOn(header -> header.name().endsWith("one.txt"))
        .singleElement()
        .satisfies(
            header -> {
              assertThat(header.modified()).contains(Instant.parse("2026-01-02T03:04:06Z"));
              assertThat(header.mode()).hasValue(0644);
              assertThat(header.size()).hasValue(4);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"info-zip.zip", "streamed.zip"})
  void zip_ofInfoZip_emitsEntries(String name) throws Exception {
    Path file = Archives.write(folder.resolve(name), tool(name));

    Map<String, byte[]> contents = get(read(ArchiveSource.zip(file)));

    assertThat(contents.get("one.txt")).asString(UTF_8).isEqualTo("one\n");
    assertThat(contents.get("directory/numbers")).isEqualTo(numbers());
    if (name.startsWith("info")) {
      assertThat(contents).containsKey("grün.txt").containsKey("directory");
    }
  }

  @ParameterizedTest
  @CsvSource({"GZIP,gz", "XZ,xz", "ZSTD,zst", "BZIP2,bz2", "LZ4,lz4"})
  void decompress_ofTheTool_isTheSame(CompressionFormat format, String ending) throws Exception {
    assertThat(
            get(joined(
                    pieces(tool("numbers." + ending), 100)
                        .via(
                            CompressionFlow.decompress(format, DecompressSettings.create(system)))))
                .toArray())
        .isEqualTo(numbers());
  }

  // ---- readTar

  @ParameterizedTest
  @ValueSource(ints = {1, 511, 512, 513, 10_000, 1_000_000})
  void readTar_inPiecesOfAnySize_emitsEntriesWithTheirContents(int pieces) throws Exception {
    assertSame(get(read(tar(Archives.tar(SEVERAL), pieces))), SEVERAL);
  }

  @Test
  void tar_ofAFile_emitsEntries() throws Exception {
    Path file = Archives.write(folder.resolve("a.tar"), Archives.tar(SEVERAL));

    assertSame(get(read(ArchiveSource.tar(file, reading()))), SEVERAL);
  }

  @Test
  void readTar_contentsNotReadOrInPart_areSkipped() throws Exception {
    assertThat(get(headers(tar(Archives.tar(SEVERAL)))))
        .extracting(EntryHeader::name)
        .containsExactlyElementsOf(SEVERAL.keySet());
    assertThat(
            get(
                tar(Archives.tar(SEVERAL))
                    .flatMapConcat(
                        entry -> entry.content().take(1).map(bytes -> entry.header().name()))
                    .runWith(Sink.seq(), materializer)))
        .hasSize(4);
  }

  @Test
  void readTar_contentReadAfterTheNextWasAskedFor_fails() throws Exception {
    List<ArchiveEntry> entries = get(tar(Archives.tar(SEVERAL)).runWith(Sink.seq(), materializer));

    ArchiveException refusal = refusal(joined(entries.get(2).content()));

    assertThat(refusal.reason()).isEqualTo(Reason.PASSED);
    assertThat(refusal.entry()).contains(entries.get(2).header().name());
  }

  @Test
  void readTar_oneTaken_isReadAfterTheStreamWasCancelled() throws Exception {
    ByteString content =
        get(
            joined(
                tar(Archives.tar(SEVERAL))
                    .filter(entry -> entry.header().name().equals("last"))
                    .take(1)
                    .flatMapConcat(ArchiveEntry::content)));

    assertThat(content.toArray()).isEqualTo(SEVERAL.get("last"));
  }

  @Test
  void readTar_oneTakenAndUpstreamHasEnded_isReadAfterwards() throws Exception {
    byte[] content = Archives.random(100_001, 1);
    ArchiveEntry entry =
        get(
            Source.single(ByteString.fromArray(Archives.tar(Map.of("one", content))))
                .via(ArchiveFlow.readTar(reading()))
                .runWith(Sink.head(), materializer));

    assertThat(get(joined(entry.content())).toArray()).isEqualTo(content);
  }

  @Test
  void readTar_behindAFilter_contentsAreRead() throws Exception {
    Map<String, byte[]> filtered = new LinkedHashMap<>(SEVERAL);
    filtered.remove("last");
    filtered.remove("small.txt");

    assertSame(
        get(
            read(
                tar(Archives.tar(SEVERAL))
                    .filter(entry -> filtered.containsKey(entry.header().name())))),
        filtered);
  }

  @Test
  void readTar_contentsReadBesideEachOther_areReadInTurn() throws Exception {
    List<byte[]> contents =
        get(
            tar(Archives.tar(SEVERAL))
                .mapAsync(4, entry -> joined(entry.content()).thenApply(ByteString::toArray))
                .runWith(Sink.seq(), materializer));

    assertThat(contents).containsExactlyElementsOf(SEVERAL.values());
  }

  @Test
  void readTar_contentsAskedForAndNeverRun_areSkipped() throws Exception {
    Map<String, byte[]> two = Archives.contents("one", "1", "two", "2");
    ActorSystem impatient =
        ActorSystem.create(
            "impatient",
            ConfigFactory.parseString(
                    "pekko.stream.materializer.subscription-timeout.timeout = 100 ms")
                .withFallback(ConfigFactory.load()));

    List<Source<ByteString, NotUsed>> contents;
    try {
      contents =
          get(tar(Archives.tar(two)).map(ArchiveEntry::content).runWith(Sink.seq(), impatient));
    } finally {
      TestKit.shutdownActorSystem(impatient);
    }

    assertThat(contents).hasSize(2);
  }

  @Test
  void readTar_contentsReadByOthersOneAtATime_areRead() throws Exception {
    List<byte[]> contents =
        get(
            tar(Archives.tar(SEVERAL))
                .mapAsync(1, entry -> joined(entry.content()).thenApply(ByteString::toArray))
                .runWith(Sink.seq(), materializer));

    assertThat(contents).containsExactlyElementsOf(SEVERAL.values());
  }

  @Test
  void readTar_slowReader_readsNoFurther() {
    Pair<TestPublisher.Probe<ByteString>, CompletionStage<ArchiveEntry>> running =
        TestSource.<ByteString>create(system)
            .via(ArchiveFlow.readTar(reading()))
            .toMat(Sink.head(), org.apache.pekko.stream.javadsl.Keep.both())
            .run(materializer);
    byte[] tar = Archives.tar(Map.of("entry", new byte[100_000]));

    running.first().sendNext(ByteString.fromArray(tar, 0, 1000));
    ArchiveEntry entry = running.second().toCompletableFuture().join();
    running.first().expectNoMessage(java.time.Duration.ofMillis(100));
    CompletionStage<ByteString> first = entry.content().runWith(Sink.head(), materializer);

    assertThat(first.toCompletableFuture().join().size()).isEqualTo(1000 - 512);
    running.first().expectCancellation();
  }

  @Test
  void readTar_truncatedAnywhere_failsTheStream() throws Exception {
    byte[] tar = Archives.tar(Archives.contents("one", "content one", "two", "content two"));

    for (int length : new int[] {0, 1, 511, 512, 513, 530, 1023, 1024, 1500, 1536, 1600, 2048}) {
      assertThat(refusal(read(tar(Arrays.copyOf(tar, length), 100))).reason())
          .as("%s bytes", length)
          .isEqualTo(Reason.TRUNCATED);
    }
    assertThat(get(read(tar(Arrays.copyOf(tar, 2048 + 512))))).hasSize(2);
  }

  @Test
  void readTar_whatFollowsTheEnd_isLeftOut() throws Exception {
    byte[] tar = Archives.tar(SEVERAL);
    byte[] longer = Arrays.copyOf(tar, tar.length + 100_000);
    Arrays.fill(longer, tar.length, longer.length, (byte) 'x');

    assertSame(get(read(tar(longer))), SEVERAL);
  }

  @Test
  void readTar_noTar_failsTheStream() {
    assertThat(refusal(read(tar(Archives.random(2000, 1)))).reason()).isEqualTo(Reason.CORRUPT);
    byte[] changed = Archives.tar(SEVERAL);
    changed[3] ^= 1;
    assertThat(refusal(read(tar(changed)))).hasMessageContaining("checksum");
  }

  @Test
  void readTar_upstreamFails_failsTheContentToo() {
    byte[] tar = Archives.tar(Map.of("entry", new byte[100_000]));

    Throwable failure =
        failure(
            read(
                Source.single(ByteString.fromArray(tar, 0, 10_000))
                    .concatLazy(
                        Source.lazySource(
                            () -> Source.failed(new IllegalStateException("upstream"))))
                    .via(ArchiveFlow.readTar(reading()))));

    assertThat(failure).hasMessage("upstream");
  }

  @Test
  void readTar_hostileEntries_areRefused() throws Exception {
    assertThat(refusal(headers(tar(Archives.tar(Archives.contents("../evil", "1"))))).reason())
        .isEqualTo(Reason.UNSAFE_NAME);
    assertThat(refusal(headers(tar(Archives.tar(Archives.contents("/evil", "1"))))).reason())
        .isEqualTo(Reason.UNSAFE_NAME);
    for (byte flag :
        new byte[] {
          TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_CHR, TarConstants.LF_FIFO
        }) {
      byte[] special =
          Archives.tar(
              tar -> {
                TarArchiveEntry entry = new TarArchiveEntry("special", flag);
                entry.setLinkName("../../etc/passwd");
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
              });
      assertThat(refusal(headers(tar(special))).reason()).isEqualTo(Reason.LINK);
      assertThat(
              get(
                  headers(
                      pieces(special, 100)
                          .via(ArchiveFlow.readTar(reading().withOnLink(EntryPolicy.EMIT))))))
          .extracting(EntryHeader::type)
          .doesNotContain(EntryType.FILE);
    }
    byte[] duplicate =
        Archives.tar(
            tar -> {
              for (int i = 0; i < 2; i++) {
                tar.putArchiveEntry(new TarArchiveEntry("same"));
                tar.closeArchiveEntry();
              }
            });
    assertThat(refusal(headers(tar(duplicate))).reason()).isEqualTo(Reason.DUPLICATE_NAME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sparse-gnu.tar", "sparse-posix.tar"})
  void readTar_sparseFile_isNotSupported(String file) throws Exception {
    assertThat(refusal(headers(tar(tool(file)))).reason()).isEqualTo(Reason.UNSUPPORTED);
  }

  @Test
  void readTar_manyExtendedHeadersOfOneEntry_isRefused() throws Exception {
    byte[] extended = Arrays.copyOf(tool("posix.tar"), 1024); // one header and its content
    ByteString many =
        ByteString.fromArray(extended).concat(ByteString.fromArray(tool("posix.tar")));
    assertThat(get(headers(tar(many.toArray())))).hasSize(7);
    for (int i = 0; i < 100; i++) {
      many = ByteString.fromArray(extended).concat(many);
    }

    assertThat(refusal(headers(tar(many.toArray())))).hasMessageContaining("extended headers");
  }

  @Test
  void readTar_beyondLimits_isRefused() {
    Map<String, byte[]> many = new LinkedHashMap<>();
    for (int i = 0; i <= 10_000; i++) {
      many.put("entry" + i, new byte[0]);
    }
    ArchiveException entries = refusal(headers(tar(Archives.tar(many), 100_000)));
    assertThat(entries.reason()).isEqualTo(Reason.TOO_MANY_ENTRIES);
    assertThat(entries.value()).hasValue(10_001);
    byte[] tar = Archives.tar(SEVERAL);
    assertThat(
            refusal(
                    read(
                        pieces(tar, 999)
                            .via(ArchiveFlow.readTar(reading().withMaxEntrySize(100_000)))))
                .reason())
        .isEqualTo(Reason.ENTRY_TOO_LARGE);
    assertThat(
            refusal(read(pieces(tar, 999).via(ArchiveFlow.readTar(reading().withMaxSize(100_010)))))
                .reason())
        .isEqualTo(Reason.TOO_LARGE);
    assertThat(
            refusal(read(pieces(tar, 999).via(ArchiveFlow.readTar(reading().withMaxName(100)))))
                .reason())
        .isEqualTo(Reason.NAME_TOO_LONG);
    byte[] longName =
        Archives.tar(
            out -> {
              TarArchiveEntry entry =
                  new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
              entry.setSize(2_000_000);
              out.putArchiveEntry(entry);
              out.write(new byte[2_000_000]);
              out.closeArchiveEntry();
            });
    assertThat(refusal(headers(tar(longName, 100_000))).reason()).isEqualTo(Reason.NAME_TOO_LONG);
  }

  // ---- writing

  private Source<ArchiveEntry, NotUsed> entries(Map<String, byte[]> contents, boolean sized) {
    List<ArchiveEntry> entries = new ArrayList<>();
    contents.forEach(
        (name, content) -> {
          EntryHeader header = EntryHeader.file(name);
          entries.add(
              ArchiveEntry.of(
                  sized ? header.withSize(content.length) : header, pieces(content, 10_000)));
        });
    return Source.from(entries);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void writeZip_entries_areReadByJavaAndByUs(boolean sized) throws Exception {
    byte[] zip =
        get(joined(entries(SEVERAL, sized).via(ArchiveFlow.writeZip(writing())))).toArray();

    Map<String, byte[]> read = new LinkedHashMap<>();
    try (ZipInputStream stream = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = stream.getNextEntry(); entry != null; entry = stream.getNextEntry()) {
        read.put(entry.getName(), stream.readAllBytes());
      }
    }
    assertSame(read, SEVERAL);
    Path file = Archives.write(folder.resolve("zip"), zip);
    assertSame(get(read(ArchiveSource.zip(file))), SEVERAL);
  }

  @Test
  void writeZip_largeOfUnknownSize_hasADescriptorOfZip64() throws Exception {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    contents.put("large", Archives.random(200_000, 1));
    contents.put("small", new byte[10]);

    byte[] zip =
        get(joined(
                entries(contents, false).via(ArchiveFlow.writeZip(writing().withBufferSize(1000)))))
            .toArray();

    Path file = Archives.write(folder.resolve("zip"), zip);
    assertSame(get(read(ArchiveSource.zip(file))), contents);
    try (java.util.zip.ZipFile java = new java.util.zip.ZipFile(file.toFile())) {
      assertThat(java.getInputStream(java.getEntry("large")).readAllBytes())
          .isEqualTo(contents.get("large"));
    }
    assertThat(zip[4]).as("version needed").isEqualTo((byte) 45);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void writeTar_entries_areReadByCommonsCompressAndByUs(boolean sized) throws Exception {
    byte[] tar =
        get(joined(entries(SEVERAL, sized).via(ArchiveFlow.writeTar(writing())))).toArray();

    Map<String, byte[]> read = new LinkedHashMap<>();
    try (TarArchiveInputStream stream =
        new TarArchiveInputStream(new ByteArrayInputStream(tar), "UTF-8")) {
      for (TarArchiveEntry entry = stream.getNextEntry();
          entry != null;
          entry = stream.getNextEntry()) {
        read.put(entry.getName(), stream.readAllBytes());
      }
    }
    assertSame(read, SEVERAL);
    assertSame(get(read(tar(tar))), SEVERAL);
  }

  @Test
  void write_headers_areReadAgain() throws Exception {
    Instant time = Instant.parse("2026-11-05T06:07:08Z");
    EntryHeader header = EntryHeader.file("file").withSize(3).withModified(time).withMode(0640);
    List<ArchiveEntry> entries =
        List.of(
            ArchiveEntry.directory("directory"),
            ArchiveEntry.of(header, ByteString.fromString("abc")));

    byte[] zip = get(joined(Source.from(entries).via(ArchiveFlow.writeZip(writing())))).toArray();
    byte[] tar = get(joined(Source.from(entries).via(ArchiveFlow.writeTar(writing())))).toArray();

    Path file = Archives.write(folder.resolve("zip"), zip);
    for (List<EntryHeader> headers :
        List.of(get(headers(ArchiveSource.zip(file))), get(headers(tar(tar))))) {
      assertThat(headers).element(1).isEqualTo(header);
      assertThat(headers.get(0).type()).isEqualTo(EntryType.DIRECTORY);
      assertThat(headers.get(0).name()).isEqualTo("directory");
    }
    assertThat(get(joined(Source.from(entries).via(ArchiveFlow.writeZip(writing())))).toArray())
        .as("the same entries, the same bytes")
        .isEqualTo(zip);
  }

  @Test
  void write_nothing_isAnEmptyArchive() throws Exception {
    byte[] zip =
        get(joined(Source.<ArchiveEntry>empty().via(ArchiveFlow.writeZip(writing())))).toArray();
    byte[] tar =
        get(joined(Source.<ArchiveEntry>empty().via(ArchiveFlow.writeTar(writing())))).toArray();

    assertThat(get(headers(ArchiveSource.zip(Archives.write(folder.resolve("z"), zip))))).isEmpty();
    assertThat(get(headers(tar(tar)))).isEmpty();
  }

  @Test
  void writeTar_largeOfUnknownSize_isRefused() {
    ArchiveException refusal =
        refusal(
            joined(
                entries(SEVERAL, false)
                    .via(ArchiveFlow.writeTar(writing().withBufferSize(100_000)))));

    assertThat(refusal.reason()).isEqualTo(Reason.SIZE_UNKNOWN);
    assertThat(refusal.limit()).hasValue(100_000);
    assertThat(refusal.entry()).contains("directory/" + "long".repeat(60));
  }

  @Test
  void write_sizeOrNameThatIsWrong_isRefused() {
    for (long size : new long[] {2, 4}) {
      for (boolean zip : new boolean[] {true, false}) {
        Source<ArchiveEntry, NotUsed> lying =
            Source.single(
                ArchiveEntry.of(
                    EntryHeader.file("lying").withSize(size),
                    Source.single(ByteString.fromString("abc"))));
        ArchiveException refusal =
            refusal(
                joined(
                    lying.via(
                        zip ? ArchiveFlow.writeZip(writing()) : ArchiveFlow.writeTar(writing()))));
        assertThat(refusal.reason()).isEqualTo(Reason.SIZE_MISMATCH);
        assertThat(refusal.value()).hasValue(3);
      }
    }
    Map<String, Reason> refused = new LinkedHashMap<>();
    refused.put("../evil", Reason.UNSAFE_NAME);
    refused.put("", Reason.UNSAFE_NAME);
    refused.put("./first", Reason.DUPLICATE_NAME);
    refused.put("x".repeat(4097), Reason.NAME_TOO_LONG);
    refused.forEach(
        (name, reason) ->
            assertThat(
                    refusal(
                            joined(
                                Source.from(List.of("first", name))
                                    .map(
                                        each ->
                                            ArchiveEntry.of(
                                                EntryHeader.file(each),
                                                ByteString.emptyByteString()))
                                    .via(ArchiveFlow.writeZip(writing()))))
                        .reason())
                .isEqualTo(reason));
    assertThat(
            refusal(
                    joined(
                        entries(SEVERAL, true)
                            .via(ArchiveFlow.writeZip(writing().withMaxEntries(4)))))
                .reason())
        .isEqualTo(Reason.TOO_MANY_ENTRIES);
  }

  @Test
  void write_contentFails_failsTheStream() {
    Source<ArchiveEntry, NotUsed> failing =
        Source.single(
            ArchiveEntry.of(
                EntryHeader.file("failing"),
                Source.single(ByteString.fromString("abc"))
                    .concatLazy(
                        Source.lazySource(
                            () -> Source.failed(new IllegalStateException("content"))))));

    assertThat(failure(joined(failing.via(ArchiveFlow.writeZip(writing()))))).hasMessage("content");
    assertThat(failure(joined(failing.via(ArchiveFlow.writeTar(writing()))))).hasMessage("content");
  }

  @Test
  void write_cancelled_cancelsTheContent() throws Exception {
    AtomicInteger ended = new AtomicInteger();
    ArchiveEntry endless =
        ArchiveEntry.of(
            EntryHeader.file("endless"),
            Source.repeat(ByteString.fromArray(Archives.random(10_000, 1)))
                .watchTermination(
                    (unused, done) -> {
                      var ignored = done.whenComplete((value, e) -> ended.incrementAndGet());
                      return unused;
                    }));

    get(
        Source.single(endless)
            .concat(Source.maybe())
            .via(ArchiveFlow.writeZip(writing().withBufferSize(0)))
            .runWith(Sink.head(), materializer));

    Awaitility.await().until(() -> ended.get() == 1);
  }

  // ---- extract

  private CompletionStage<List<WrittenFile>> extract(
      Source<ArchiveEntry, ?> entries, Path to, FileWriteSettings settings) {
    return entries.via(ArchiveFlow.extract(to, settings)).runWith(Sink.seq(), materializer);
  }

  private FileWriteSettings files() {
    return FileWriteSettings.create(system).withSync(SyncPolicy.NEVER);
  }

  private List<String> tree(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .map(path -> directory.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void extract_entries_becomeFiles() throws Exception {
    Path target = folder.resolve("target");

    List<WrittenFile> written = get(extract(tar(tool("posix.tar")), target, files()));

    assertThat(written).hasSize(5);
    assertThat(tree(target))
        .containsExactly(
            "directory/" + "long".repeat(40) + ".txt",
            "directory/numbers",
            "empty",
            "grün.txt",
            "one.txt");
    assertThat(target.resolve("directory/numbers")).hasBinaryContent(numbers());
    get(
        extract(
            ArchiveSource.zip(Archives.write(folder.resolve("z"), Archives.zip(SEVERAL))),
            folder.resolve("other"),
            files()));
    assertThat(folder.resolve("other/last")).hasBinaryContent(SEVERAL.get("last"));
  }

  @Test
  void extract_failsWithin_leavesWholeFilesOnly() throws Exception {
    Path target = folder.resolve("target");
    byte[] tar = Archives.tar(SEVERAL);

    assertThat(refusal(extract(tar(Arrays.copyOf(tar, 50_000)), target, files())).reason())
        .isEqualTo(Reason.TRUNCATED);

    Awaitility.await()
        .untilAsserted(() -> assertThat(tree(target)).containsExactly("empty", "small.txt"));
  }

  @Test
  void extract_unsafeNamesAndLinks_areRefusedWhateverTheReaderSays() throws Exception {
    ArchiveReadSettings careless =
        reading().withOnUnsafeName(EntryPolicy.EMIT).withOnLink(EntryPolicy.EMIT);
    Path target = Files.createDirectories(folder.resolve("a/target"));
    for (String name : List.of("../evil", "/evil", "x/../../evil", "..\\evil")) {
      Path zip = Archives.write(folder.resolve("z"), Archives.zip(Archives.contents(name, "evil")));
      assertThat(refusal(extract(ArchiveSource.zip(zip, careless), target, files())).reason())
          .isEqualTo(Reason.UNSAFE_NAME);
    }
    byte[] link =
        Archives.tar(
            tar -> {
              TarArchiveEntry entry = new TarArchiveEntry("link", TarConstants.LF_SYMLINK);
              entry.setLinkName("/tmp");
              tar.putArchiveEntry(entry);
              tar.closeArchiveEntry();
            });
    assertThat(
            refusal(extract(pieces(link, 512).via(ArchiveFlow.readTar(careless)), target, files()))
                .reason())
        .isEqualTo(Reason.LINK);
    assertThat(tree(folder)).containsExactly("z");
  }

  @Test
  void extract_linkInTheDirectoryLeadsOut_isRefused() throws Exception {
    Path target = Files.createDirectories(folder.resolve("target"));
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.createSymbolicLink(target.resolve("link"), outside);

    Throwable failure =
        failure(extract(tar(Archives.tar(Archives.contents("link/evil", "1"))), target, files()));

    assertThat(failure).isInstanceOf(OutsideRootException.class);
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void extract_existing_isReplacedOrKept() throws Exception {
    Path target = Files.createDirectories(folder.resolve("target"));
    Files.writeString(target.resolve("one"), "before");
    byte[] tar = Archives.tar(Archives.contents("one", "after"));

    assertThat(failure(extract(tar(tar), target, files().withExisting(ExistingPolicy.FAIL))))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(target.resolve("one")).hasContent("before");
    get(extract(tar(tar), target, files()));
    assertThat(target.resolve("one")).hasContent("after");
  }
}
