package dev.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.CheckpointStore;
import dev.connectors.core.Control;
import dev.connectors.core.CorruptCheckpointException;
import dev.connectors.file.internal.TailPosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.PatternSyntaxException;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As streams; what becomes of the files is in {@code TailingTest}. */
@SuppressWarnings("NullAway.Init") // before each test
class FileTailTest extends StreamTest {
  @TempDir private Path folder;
  private final List<TailLine> seen = new CopyOnWriteArrayList<>();
  private Path log;

  @BeforeEach
  void create() {
    log = folder.resolve("app.log");
    seen.clear();
  }

  private TailSettings settings() {
    return TailSettings.create(system).withPollInterval(Duration.ofMillis(5));
  }

  private Pair<Control, CompletionStage<Done>> run(TailSettings settings) {
    return FileSource.tail(TailedFiles.path(log), settings)
        .toMat(Sink.foreach(seen::add), Keep.both())
        .run(materializer);
  }

  private void append(String text) throws IOException {
    Files.writeString(
        log, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private List<String> texts() {
    return seen.stream().map(TailLine::text).toList();
  }

  private void awaitSeen(String... texts) {
    await().atMost(SOON).untilAsserted(() -> assertThat(texts()).containsExactly(texts));
  }

  @Test
  void tail_growsAndIsRotated_emitsEachLineOnceWithItsPlace() throws Exception {
    Pair<Control, CompletionStage<Done>> running = run(settings());
    append("one\ntwo\n");
    awaitSeen("one", "two");
    Files.move(log, folder.resolve("app.log.1"));
    append("three\n");
    awaitSeen("one", "two", "three");

    get(running.first().stop());
    get(running.second());
    get(running.first().isShutdown());

    assertThat(seen).extracting(TailLine::offset).containsExactly(0L, 4L, 0L);
    assertThat(seen).extracting(TailLine::path).containsOnly(log);
    assertThat(seen.get(0).fileKey())
        .isEqualTo(seen.get(1).fileKey())
        .isNotEqualTo(seen.get(2).fileKey());
  }

  @Test
  void tail_longLine_failsAfterTheLinesBefore() throws Exception {
    append("ok\n0123456789\n");
    Pair<Control, CompletionStage<Done>> running = run(settings().withMaxLine(5));

    assertThat(failure(running.second())).isInstanceOf(LineTooLongException.class);
    assertThat(texts()).containsExactly("ok");
    get(running.first().isShutdown());
  }

  @Test
  void tail_slowDownstream_readsNoFurtherThanItsBuffer() throws Exception {
    append("0123456789\n".repeat(10_000));
    AtomicInteger begun = new AtomicInteger();
    CompletableFuture<Done> permit = new CompletableFuture<>();
    CompletionStage<List<TailLine>> all =
        FileSource.tail(
                TailedFiles.path(log), settings().withChunkSize(1_000).withBufferBytes(2_000))
            .take(10_000)
            .mapAsync(
                1,
                line -> {
                  begun.incrementAndGet();
                  return permit.thenApply(done -> line);
                })
            .runWith(Sink.seq(), materializer);
    await().atMost(SOON).until(() -> begun.get() > 0);
    await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> begun.get() == 1);

    try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap("changed!!!".getBytes(StandardCharsets.US_ASCII)), 11 * 5_000L);
    }
    permit.complete(Done.getInstance());

    assertThat(get(all).get(5_000).text()).isEqualTo("changed!!!");
  }

  @Test
  void tailCommittable_checkpointDamaged_failsTheStream() throws Exception {
    append("one\n");
    CheckpointStore store = CheckpointStore.files(folder);
    Path checkpoint = Files.writeString(folder.resolve("tail.checkpoint"), "nonsense");

    assertThat(failureOf(TailedFiles.path(log), store, settings()))
        .isInstanceOf(CorruptCheckpointException.class);
    assertThat(checkpoint).as("for the next start").hasContent("nonsense");
  }

  @Test
  void tailCommittable_startFails_keepsThePositions() throws Exception {
    append("one\n");
    Positions store = new Positions(() -> Done.getInstance());
    TailedFiles logs = TailedFiles.glob(folder, "*.log");
    get(
        FileSource.tailCommittable("tail", logs, store, settings())
            .asSource()
            .take(1)
            .mapAsync(1, pair -> pair.second().commit())
            .runWith(Sink.ignore(), materializer));
    await().atMost(SOON).until(() -> store.saved().get(0).offset() == 4);
    Files.writeString(folder.resolve("more.log"), "two\n");

    assertThat(failureOf(logs, store, settings().withMaxFiles(1)))
        .hasMessageContaining("max-files");
    assertThat(store.saved()).extracting(TailPosition::offset).containsExactly(4L);
  }

  /** Of a source that fails when it starts, once it has ended. */
  private Throwable failureOf(TailedFiles files, CheckpointStore store, TailSettings settings)
      throws Exception {
    Pair<Control, CompletionStage<Done>> running =
        FileSource.tailCommittable("tail", files, store, settings)
            .asSource()
            .toMat(Sink.ignore(), Keep.both())
            .run(materializer);
    Throwable failure = failure(running.second());
    get(running.first().isShutdown());
    return failure;
  }

  @Test
  void tailCommittable_positionsCantBeSaved_failsTheCommit() throws Exception {
    append("one\n");
    IOException full = new IOException("no space left on device");
    CheckpointStore store =
        new Positions(
            () -> {
              throw full;
            });

    CompletionStage<Done> commit =
        FileSource.tailCommittable(
                "tail",
                TailedFiles.path(log),
                store,
                settings().withPollInterval(Duration.ofHours(1)))
            .asSource()
            .mapAsync(1, pair -> pair.second().commit())
            .runWith(Sink.ignore(), materializer);

    assertThat(failure(commit)).isSameAs(full);
  }

  @Test
  void tailCommittable_savingTakesLong_linesGoOn() throws Exception {
    append("one\n");
    CompletableFuture<Done> permit = new CompletableFuture<>();
    Positions store = new Positions(permit::get);
    Control running =
        FileSource.tailCommittable("tail", TailedFiles.path(log), store, settings())
            .asSource()
            .map(
                pair -> {
                  seen.add(pair.first());
                  return pair.second().commit();
                })
            .to(Sink.ignore())
            .run(materializer);
    await().atMost(SOON).until(() -> store.saves.get() > 1);

    append("two\n");
    awaitSeen("one", "two");
    permit.complete(Done.getInstance());
    get(running.shutdown());

    assertThat(store.saved().get(0).offset()).isEqualTo(8);
  }

  @Test
  void tailCommittable_manyCommitsWait_areNotHeldUpByTheInterval() throws Exception {
    append("line\n".repeat(10));
    Positions store = new Positions(() -> Done.getInstance());

    get(
        FileSource.tailCommittable(
                "tail",
                TailedFiles.path(log),
                store,
                settings()
                    .withPollInterval(Duration.ofHours(1))
                    .withCommitInterval(Duration.ofHours(1))
                    .withMaxWaitingCommits(2))
            .asSource()
            .take(10)
            .mapAsync(2, pair -> pair.second().commit())
            .runWith(Sink.ignore(), materializer));

    assertThat(store.saved().get(0).offset()).isEqualTo(50);
  }

  @Test
  void files_badNames_areRefused() {
    assertThatThrownBy(() -> TailedFiles.path(Path.of("/")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("path is /, allowed is one that has a name");
    assertThatThrownBy(() -> TailedFiles.glob(folder, "a/*.log"))
        .hasMessage("glob is 'a/*.log', allowed is one of a name, without /");
    assertThatThrownBy(() -> TailedFiles.glob(folder, "["))
        .isInstanceOf(PatternSyntaxException.class);
    assertThatThrownBy(() -> TailedFiles.glob(folder, " "))
        .hasMessage("glob is ' ', allowed is a text that is not blank");
  }

  @Test
  void files_nameWithSpecialCharacters_isThatFile() throws Exception {
    log = folder.resolve("a{b}[c]*.log");
    append("one\n");
    Files.writeString(folder.resolve("a{b}c-.log"), "no\n");
    Pair<Control, CompletionStage<Done>> running = run(settings());

    awaitSeen("one");
    get(running.first().shutdown());
  }

  /** What was saved; the first time, when the source starts, at once. */
  private static final class Positions implements CheckpointStore {
    private final Callable<?> before;
    private final AtomicInteger saves = new AtomicInteger();
    private final AtomicReference<byte[]> value = new AtomicReference<>();

    Positions(Callable<?> before) {
      this.before = before;
    }

    List<TailPosition> saved() throws IOException {
      return TailPosition.decode(Objects.requireNonNull(value.get()));
    }

    @Override
    public Optional<byte[]> load(String name) {
      return Optional.ofNullable(value.get());
    }

    @Override
    public void save(String name, byte[] bytes) throws IOException {
      if (saves.incrementAndGet() > 1) {
        try {
          var unused = before.call();
        } catch (IOException e) {
          throw e;
        } catch (Exception e) {
          throw new IOException(e);
        }
      }
      value.set(bytes);
    }

    @Override
    public void delete(String name) {}
  }
}
