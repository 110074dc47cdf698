package dev.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.core.RollingFormat;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.core.RollingSummary;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.apache.pekko.util.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileRollingTest extends StreamTest {
  @TempDir private Path folder;

  private RollingSettings rolling() {
    return RollingSettings.create(system.settings().config().getConfig("connectors.file.rolling"));
  }

  private FileWriteSettings write() {
    return FileWriteSettings.create(system).withSync(SyncPolicy.NEVER).withBufferSize(16);
  }

  /** Lines of numbers, one partition for each remainder, files named after their first number. */
  private RollingPlan<Integer, Path> plan(int partitions) {
    return RollingPlan.<Integer, Path>of(
            RollingFormat.lines(number -> Integer.toString(number)),
            file -> folder.resolve("%s-%04d".formatted(file.partition(), file.first())))
        .withPartition(number -> "p" + number % partitions);
  }

  private Map<String, List<String>> written() throws IOException {
    Map<String, List<String>> written = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        written.put(folder.relativize(file).toString(), Files.readAllLines(file));
      }
    }
    return written;
  }

  /** While they may be renamed, which is no time to read them. */
  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private static Source<Integer, NotUsed> numbers(int from, int to) {
    return Source.fromIterator(() -> IntStream.range(from, to).iterator());
  }

  private Pair<TestPublisher.Probe<Integer>, TestSubscriber.Probe<RolledFile>> probes(
      RollingPlan<Integer, Path> plan, RollingSettings rolling) {
    return TestSource.<Integer>create(system)
        .via(FileFlow.rolling(plan, rolling, write()))
        .toMat(TestSink.create(system), Keep.both())
        .run(materializer);
  }

  // ---- when a file is complete

  @Test
  void rolling_byCount_completesFilesOfAsManyElements() throws Exception {
    RollingSummary summary =
        get(
            numbers(0, 25)
                .runWith(
                    FileSink.rolling(plan(1), rolling().withMaxElements(10), write()),
                    materializer));

    assertThat(summary).isEqualTo(new RollingSummary(3, 25, 10 * 2 + 15 * 3));
    assertThat(written().keySet()).containsExactly("p0-0000", "p0-0010", "p0-0020");
    assertThat(written().get("p0-0020")).containsExactly("20", "21", "22", "23", "24");
  }

  @Test
  void rolling_bySize_completesAFileWithTheElementThatReachesIt() throws Exception {
    List<RolledFile> files =
        get(
            numbers(10, 20)
                .via(FileFlow.rolling(plan(1), rolling().withMaxBytes(10), write()))
                .runWith(Sink.seq(), materializer));

    assertThat(files)
        .containsExactly(
            new RolledFile(folder.resolve("p0-0010"), "p0", 4, 12),
            new RolledFile(folder.resolve("p0-0014"), "p0", 4, 12),
            new RolledFile(folder.resolve("p0-0018"), "p0", 2, 6));
  }

  @Test
  void rolling_byAge_completesThoughElementsGoOnComing() throws Exception {
    Pair<TestPublisher.Probe<Integer>, CompletionStage<List<RolledFile>>> run =
        TestSource.<Integer>create(system)
            .via(FileFlow.rolling(plan(1), rolling().withMaxAge(Duration.ofMillis(200)), write()))
            .toMat(Sink.seq(), Keep.both())
            .run(materializer);
    long sent = 0;
    while (!names().contains("p0-0001")) {
      run.first().sendNext((int) ++sent);
    }
    run.first().sendComplete();

    List<RolledFile> files = get(run.second());
    assertThat(files.get(0).path()).hasFileName("p0-0001");
    assertThat(files.stream().mapToLong(RolledFile::elements).sum()).isEqualTo(sent);
  }

  @Test
  void rolling_noElementAnyMore_completesTheIdleFile() throws Exception {
    var probes = probes(plan(2), rolling().withMaxIdle(Duration.ofMillis(500)));
    probes.second().request(2);
    probes.first().sendNext(1).sendNext(2).sendNext(3);

    assertThat(List.of(probes.second().expectNext(), probes.second().expectNext()))
        .extracting(RolledFile::partition)
        .containsExactlyInAnyOrder("p0", "p1");
    assertThat(written()).containsOnlyKeys("p1-0001", "p0-0002");

    probes.second().request(1);
    probes.first().sendNext(5);
    assertThat(probes.second().expectNext().path()).hasFileName("p1-0005");
    probes.first().sendComplete();
    probes.second().expectComplete();
  }

  @Test
  void rolling_tooManyOpen_completesTheLeastRecentlyWritten() throws Exception {
    var probes = probes(plan(10), rolling().withMaxOpen(2));
    probes.second().request(10);
    probes.first().sendNext(1).sendNext(2).sendNext(11).sendNext(3);

    assertThat(probes.second().expectNext().path()).hasFileName("p2-0002");
    probes.first().sendNext(4);
    assertThat(probes.second().expectNext().path()).hasFileName("p1-0001");
    probes.first().sendComplete();
    assertThat(probes.second().expectNext().path()).hasFileName("p3-0003");
    assertThat(probes.second().expectNext().path()).hasFileName("p4-0004");
    probes.second().expectComplete();
    assertThat(written().get("p1-0001")).containsExactly("1", "11");
  }

  @Test
  void rolling_nothing_makesNoFile() throws Exception {
    assertThat(get(numbers(0, 0).runWith(FileSink.rolling(plan(1)), materializer)))
        .isEqualTo(RollingSummary.NONE);
    assertThat(written()).isEmpty();
  }

  // ---- what stands in it

  @Test
  void rolling_headerFooterAndDirectories_areMade() throws Exception {
    RollingPlan<Integer, Path> plan =
        RollingPlan.<Integer, Path>of(
                RollingFormat.<Integer>of(n -> ByteString.fromString(Integer.toString(n)))
                    .withHeader(ByteString.fromString("["))
                    .withSeparator(ByteString.fromString(","))
                    .withFooter(ByteString.fromString("]")),
                file -> Path.of("remainder=" + file.partition(), "a", file.number() + ".json"))
            .withPartition(number -> Integer.toString(number % 2));

    get(
        numbers(0, 6)
            .runWith(
                FileSink.rolling(plan, rolling().withMaxElements(2), write().withRoot(folder)),
                materializer));

    assertThat(written())
        .isEqualTo(
            Map.of(
                "remainder=0/a/1.json", List.of("[0,2]"),
                "remainder=1/a/2.json", List.of("[1,3]"),
                "remainder=0/a/3.json", List.of("[4]"),
                "remainder=1/a/4.json", List.of("[5]")));
  }

  @Test
  void rolling_compressed_rollsByCompressedSize() throws Exception {
    RollingPlan<Integer, Path> plan =
        RollingPlan.of(
            RollingFormat.<Integer>lines(n -> "number " + n).withEncoding(GZIPOutputStream::new),
            file -> folder.resolve(file.number() + ".gz"));

    List<RolledFile> files =
        get(
            numbers(0, 20_000)
                .via(FileFlow.rolling(plan, rolling().withMaxBytes(10_000), write()))
                .runWith(Sink.seq(), materializer));

    assertThat(files).hasSizeGreaterThan(2);
    List<String> lines = new ArrayList<>();
    for (RolledFile file : files) {
      assertThat(file.path()).hasSize(file.bytes());
      try (GZIPInputStream in = new GZIPInputStream(new FileInputStream(file.path().toFile()))) {
        lines.addAll(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
      }
    }
    assertThat(lines).hasSize(20_000).startsWith("number 0").endsWith("number 19999");
  }

  // ---- names

  @ParameterizedTest
  @ValueSource(strings = {"two open", "one after the other"})
  void rolling_sameNameAgain_failsAndKeepsTheFirst(String when) throws Exception {
    boolean isOpen = when.equals("two open");
    RollingPlan<Integer, Path> plan =
        RollingPlan.<Integer, Path>of(
                RollingFormat.lines(n -> Integer.toString(n)), file -> folder.resolve("same"))
            .withPartition(n -> isOpen ? Integer.toString(n) : "");

    Throwable failure =
        failure(
            numbers(0, 5)
                .runWith(
                    FileSink.rolling(plan, rolling().withMaxElements(2), write()), materializer));

    assertThat(failure).isInstanceOf(IllegalStateException.class).hasMessageContaining("same");
    assertThat(written()).isEqualTo(isOpen ? Map.of() : Map.of("same", List.of("0", "1")));
  }

  @Test
  void rolling_existingFail_keepsWhatIsThere() throws Exception {
    Files.writeString(folder.resolve("p0-0002"), "before");

    Throwable failure =
        failure(
            numbers(0, 5)
                .runWith(
                    FileSink.rolling(
                        plan(1),
                        rolling().withMaxElements(2),
                        write().withExisting(ExistingPolicy.FAIL)),
                    materializer));

    assertThat(failure).isInstanceOf(FileAlreadyExistsException.class);
    assertThat(written())
        .isEqualTo(Map.of("p0-0000", List.of("0", "1"), "p0-0002", List.of("before")));
  }

  @Test
  void rolling_nameLeadsOutOfTheRoot_isRefused() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    RollingPlan<String, Path> plan =
        RollingPlan.<String, Path>of(
                RollingFormat.lines(line -> line), file -> Path.of(file.partition(), "x"))
            .withPartition(line -> line);

    assertThat(
            failure(
                Source.single("../outside")
                    .runWith(
                        FileSink.rolling(plan, rolling(), write().withRoot(root)), materializer)))
        .isInstanceOf(OutsideRootException.class);
    assertThat(written()).isEmpty();
  }

  // ---- failures and ends

  @Test
  void rolling_upstreamFails_keepsCompleteFilesOnly() throws Exception {
    IllegalStateException bug = new IllegalStateException("bug");

    var probes = probes(plan(1), rolling().withMaxElements(2));
    probes.second().request(10);
    for (int number = 0; number < 5; number++) {
      probes.first().sendNext(number);
    }
    probes.second().expectNextN(2);
    Awaitility.await().until(() -> names().size() == 3);
    probes.first().sendError(bug);

    assertThat(probes.second().expectError()).isSameAs(bug);
    assertThat(written()).containsOnlyKeys("p0-0000", "p0-0002");
  }

  @Test
  void rolling_functionFails_failsWithThatAndLeavesNothingOpen() throws Exception {
    IllegalStateException bug = new IllegalStateException("bug");
    RollingPlan<Integer, Path> plan =
        RollingPlan.of(
            RollingFormat.lines(
                n -> {
                  if (n == 3) {
                    throw bug;
                  }
                  return "";
                }),
            file -> folder.resolve("x" + file.number()));

    assertThat(
            failure(
                numbers(0, 9)
                    .runWith(
                        FileSink.rolling(plan, rolling().withMaxElements(2), write()),
                        materializer)))
        .isSameAs(bug);
    assertThat(written()).containsOnlyKeys("x1");
  }

  @Test
  void rolling_cancelled_deletesWhatIsOpen() throws Exception {
    var probes = probes(plan(2), rolling());
    probes.second().request(1);
    probes.first().sendNext(0).sendNext(1);
    Awaitility.await().until(() -> names().size() == 2);

    probes.second().cancel();

    probes.first().expectCancellation();
    Awaitility.await().until(() -> names().isEmpty());
  }

  @Test
  void rolling_directoryIsAFile_failsWithTheFileSystemsException() throws Exception {
    Files.writeString(folder.resolve("in-the-way"), "file");
    RollingPlan<Integer, Path> plan =
        RollingPlan.of(
            RollingFormat.lines(n -> ""), file -> folder.resolve("in-the-way").resolve("x"));

    assertThat(failure(numbers(0, 1).runWith(FileSink.rolling(plan), materializer)))
        .isInstanceOf(FileSystemException.class);
    assertThat(written()).containsOnlyKeys("in-the-way");
  }

  @Test
  void rolling_noDemand_takesNoElementWhileAFileWaits() throws Exception {
    var probes = probes(plan(1), rolling().withMaxElements(2));
    probes.second().ensureSubscription();
    long demand = 0;
    for (int i = 0; i < 2; i++) {
      demand += demand == 0 ? probes.first().expectRequest() : 0;
      demand--;
      probes.first().sendNext(i);
    }
    Awaitility.await().until(() -> names().contains("p0-0000"));
    // What TestSource may send into the buffer of the asynchronous boundary is not written.
    while (demand-- > 0) {
      probes.first().sendNext(7);
    }
    probes.second().expectNoMessage(Duration.ofMillis(100));
    assertThat(written()).containsOnlyKeys("p0-0000");
    probes.second().cancel();
  }

  // ---- contexts

  private Flow<Pair<Integer, String>, Pair<RolledFile, String>, NotUsed> withContext(
      RollingPlan<Integer, Path> plan, RollingSettings rolling) {
    return FileFlow.<Integer, String>rollingWithContext(plan, rolling, write()).asFlow();
  }

  private static Source<Pair<Integer, String>, NotUsed> contextual(int from, int to) {
    return numbers(from, to).map(number -> Pair.create(number, "c" + number));
  }

  @Test
  void rollingWithContext_filesBesideEachOther_emitsContextsInInputOrder() throws Exception {
    List<Pair<RolledFile, String>> emitted =
        get(
            contextual(0, 1_000)
                .via(withContext(plan(7), rolling().withMaxElements(10).withMaxOpen(3)))
                .map(
                    pair -> {
                      assertThat(pair.first().path()).isRegularFile();
                      return pair;
                    })
                .runWith(Sink.seq(), materializer));

    assertThat(emitted)
        .extracting(Pair::second)
        .containsExactlyElementsOf(IntStream.range(0, 1_000).mapToObj(n -> "c" + n).toList());
    Map<String, List<String>> written = written();
    for (Pair<RolledFile, String> pair : emitted) {
      assertThat(written.get(String.valueOf(pair.first().path().getFileName())))
          .contains(pair.second().substring(1));
    }
    assertThat(written.values().stream().mapToInt(List::size).sum()).isEqualTo(1_000);
  }

  @Test
  void rollingWithContext_fileIsOpen_keepsItsContextAndAllBehindIt() throws Exception {
    Pair<TestPublisher.Probe<Pair<Integer, String>>, TestSubscriber.Probe<Pair<RolledFile, String>>>
        probes =
            TestSource.<Pair<Integer, String>>create(system)
                .via(withContext(plan(2), rolling().withMaxElements(2)))
                .toMat(TestSink.create(system), Keep.both())
                .run(materializer);
    probes.second().request(10);
    for (int number : List.of(1, 2, 4)) { // the file of 1 is open
      probes.first().sendNext(Pair.create(number, "c" + number));
    }
    Awaitility.await().until(() -> names().contains("p0-0002"));
    probes.second().expectNoMessage(Duration.ofMillis(100));

    probes.first().sendNext(Pair.create(3, "c3"));

    for (int number : List.of(1, 2, 4, 3)) {
      assertThat(probes.second().expectNext().second()).isEqualTo("c" + number);
    }
    probes.first().sendComplete();
    probes.second().expectComplete();
  }

  @Test
  void rollingWithContext_tooManyHeld_completesTheFileThatWasBegunFirst() throws Exception {
    List<Pair<RolledFile, String>> emitted =
        get(
            contextual(0, 100)
                .via(withContext(plan(2), rolling().withMaxHeld(10)))
                .runWith(Sink.seq(), materializer));

    assertThat(emitted).hasSize(100);
    // p0 with 0, 2, 4, 6, 8 when 9 is the tenth that is held.
    assertThat(written().get("p0-0000")).containsExactly("0", "2", "4", "6", "8");
    assertThat(written().values()).allSatisfy(lines -> assertThat(lines).hasSizeBetween(1, 10));
  }

  @Test
  void rollingWithContext_readAgainFromAFilesBeginning_makesTheSameFiles() throws Exception {
    RollingSettings rolling = rolling().withMaxElements(4);
    get(contextual(0, 20).via(withContext(plan(1), rolling)).runWith(Sink.ignore(), materializer));
    Map<String, List<String>> before = written();

    get(contextual(8, 20).via(withContext(plan(1), rolling)).runWith(Sink.ignore(), materializer));

    assertThat(written()).isEqualTo(before);
  }

  @Test
  void rollingWithContext_sourceBeginsAgainInOneStream_replacesFiles() throws Exception {
    get(
        contextual(0, 8)
            .concat(contextual(4, 8))
            .via(withContext(plan(1), rolling().withMaxElements(4)))
            .runWith(Sink.ignore(), materializer));

    assertThat(written().get("p0-0004")).containsExactly("4", "5", "6", "7");
  }

  @Test
  void rollingWithContexts_eachFile_hasTheContextsOfItsElements() throws Exception {
    List<Pair<RolledFile, List<String>>> files =
        get(
            contextual(0, 10)
                .via(
                    FileFlow.<Integer, String>rollingWithContexts(
                            plan(2), rolling().withMaxElements(3), write())
                        .asFlow())
                .runWith(Sink.seq(), materializer));

    assertThat(files)
        .extracting(pair -> pair.first().path().getFileName() + "=" + pair.second())
        .containsExactly(
            "p0-0000=[c0, c2, c4]", "p1-0001=[c1, c3, c5]", "p0-0006=[c6, c8]", "p1-0007=[c7, c9]");
  }

  @Test
  void rollingWithContexts_tooManyHeld_completesTheFileThatWasBegunFirst() throws Exception {
    List<Pair<RolledFile, List<String>>> files =
        get(
            contextual(0, 30)
                .via(
                    FileFlow.<Integer, String>rollingWithContexts(
                            plan(3), rolling().withMaxHeld(6), write())
                        .asFlow())
                .runWith(Sink.seq(), materializer));

    assertThat(files.get(0).second()).containsExactly("c0", "c3");
    assertThat(files.stream().mapToInt(pair -> pair.second().size()).sum()).isEqualTo(30);
  }

  @Test
  void rolling_defaults_areThoseOfTheSystem() throws Exception {
    CompletionStage<RollingSummary> written =
        numbers(0, 3).runWith(FileSink.rolling(plan(1)), materializer);

    assertThat(get(written)).isEqualTo(new RollingSummary(1, 3, 6));
  }
}
