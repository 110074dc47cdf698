package dev.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.Control;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real directories; what is announced when is in {@code FileTreeTest}. */
class FileChangesTest extends StreamTest {
  @TempDir private Path folder;
  @TempDir private Path staging;
  private final List<String> seen = new CopyOnWriteArrayList<>();

  @BeforeEach
  void forget() {
    seen.clear();
  }

  private ChangeSettings settings() {
    return ChangeSettings.create(system).withSettleTime(Duration.ofMillis(50));
  }

  private Pair<Control, CompletionStage<Done>> watch(Path directory, ChangeSettings settings) {
    return FileSource.changes(directory, settings)
        .toMat(
            Sink.foreach(
                change -> seen.add(change.kind() + " " + folder.relativize(change.path()))),
            Keep.both())
        .run(materializer);
  }

  /** Whole in one step, however slow the machine is. */
  private void put(String name, String text) throws IOException {
    Path draft = Files.writeString(staging.resolve("draft"), text);
    Files.move(draft, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void awaitRunning(Control control) {
    await().atMost(SOON).until(() -> control.health().isHealthy());
  }

  private void awaitSeen(String... changes) {
    await().atMost(SOON).untilAsserted(() -> assertThat(seen).contains(changes));
  }

  @Test
  void changes_filesComeChangeAndGo_announcesEach() throws Exception {
    Pair<Control, CompletionStage<Done>> running = watch(folder, settings());
    awaitRunning(running.first());

    put("a", "1");
    awaitSeen("CREATED a");
    put("a", "12");
    awaitSeen("MODIFIED a");
    Files.delete(folder.resolve("a"));
    awaitSeen("DELETED a");

    get(running.first().stop());
    get(running.second());
    get(running.first().isShutdown());
    assertThat(seen).containsExactly("CREATED a", "MODIFIED a", "DELETED a");
  }

  @Test
  void changes_directoriesMadeWithFilesInThem_missesNone() throws Exception {
    Pair<Control, CompletionStage<Done>> running = watch(folder, settings());
    awaitRunning(running.first());
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Files.createDirectories(folder.resolve("d" + i + "/e"));
      put("d" + i + "/e/file", "1");
      expected.add("CREATED d" + i + "/e/file");
    }

    awaitSeen(expected.toArray(String[]::new));
    get(running.first().shutdown());
    assertThat(seen).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void changes_moreEventsThanTheSystemKeeps_missesNoFile() throws Exception {
    CompletableFuture<Done> permit = new CompletableFuture<>();
    Pair<Control, CompletionStage<Done>> running =
        FileSource.changes(folder, settings().withBufferElements(1))
            .mapAsync(1, change -> permit.thenApply(done -> change))
            .toMat(
                Sink.foreach(change -> seen.add(folder.relativize(change.path()).toString())),
                Keep.both())
            .run(materializer);
    awaitRunning(running.first());
    int files = 2_000; // the WatchService of the JDK keeps 512 events of a directory
    for (int i = 0; i < files; i++) {
      put("file-" + i, "1");
    }
    permit.complete(Done.getInstance());

    await().atMost(Duration.ofSeconds(30)).until(() -> seen.size() >= files);
    get(running.first().shutdown());
    assertThat(seen).doesNotHaveDuplicates().hasSize(files);
  }

  @Test
  void changes_existing_areAnnouncedIfAsked() throws Exception {
    Files.writeString(folder.resolve("old"), "1");
    Pair<Control, CompletionStage<Done>> running =
        watch(folder, settings().withExisting(ExistingFiles.ANNOUNCE));

    awaitSeen("CREATED old");
    get(running.first().shutdown());
  }

  @Test
  void changes_directoryRenamed_isWatchedUnderItsNewName() throws Exception {
    Pair<Control, CompletionStage<Done>> running = watch(folder, settings());
    awaitRunning(running.first());
    Path directory = Files.createDirectories(folder.resolve("a/b"));
    Files.writeString(directory.resolve("1"), "1");
    awaitSeen("CREATED a/b/1");

    Files.move(folder.resolve("a"), folder.resolve("c"));
    awaitSeen("DELETED a/b/1", "CREATED c/b/1");
    Files.writeString(folder.resolve("c/b/2"), "1");

    awaitSeen("CREATED c/b/2");
    get(running.first().shutdown());
  }

  @Test
  void changes_directoryAbsentOrDeleted_failsTheStream() throws Exception {
    Path directory = folder.resolve("d");
    assertThat(failure(watch(directory, settings()).second()))
        .isInstanceOf(NoSuchFileException.class);

    Files.createDirectory(directory);
    Pair<Control, CompletionStage<Done>> running = watch(directory, settings());
    awaitRunning(running.first());
    Files.delete(directory);

    assertThat(failure(running.second())).isInstanceOf(NoSuchFileException.class);
    get(running.first().isShutdown());
  }

  @Test
  void changes_outsideTheRoot_isRefused() throws IOException {
    Path root = Files.createDirectory(folder.resolve("root"));

    assertThat(failure(watch(folder, settings().withRoot(root)).second()))
        .isInstanceOf(OutsideRootException.class);
  }

  @Test
  void changes_cancelled_endsItsThread() throws Exception {
    Pair<Control, CompletionStage<FileChange>> running =
        FileSource.changes(folder, settings()).toMat(Sink.head(), Keep.both()).run(materializer);
    awaitRunning(running.first());
    Files.writeString(folder.resolve("a"), "1");

    assertThat(get(running.second()).path()).isEqualTo(folder.resolve("a"));
    get(running.first().isShutdown());
  }
}
