package dev.connectors.file.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.connectors.core.CheckpointStore;
import dev.connectors.file.TailSettings;
import dev.connectors.file.TailedFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first saving of positions can't be started, as when there are no more threads. */
class TailCommitsTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir private Path folder;
  private final Kept store = new Kept();

  private TailLoop failed(ThreadFactory threads) throws Exception {
    Path log = Files.writeString(folder.resolve("app.log"), "one\n");
    TailSettings settings =
        TailSettings.create(ConfigFactory.load().getConfig("connectors.file.tail"));
    TailCommits commits = new TailCommits("logs", "tail", store, settings, threads);
    TailLoop loop = new TailLoop("tail", TailedFiles.path(log), settings, commits, () -> {});
    loop.streamEnded();
    loop.start();
    assertThat(loop.whenShutdown()).succeedsWithin(SOON);
    assertThat(commits.ask()).succeedsWithin(SOON);
    return loop;
  }

  @Test
  void save_neverStarts_failsTheStreamAndEnds() throws Exception {
    IllegalStateException refused = new IllegalStateException("no thread");
    OutOfMemoryError error = new OutOfMemoryError("unable to create native thread");

    TailLoop first =
        failed(
            task -> {
              throw refused;
            });
    TailLoop second =
        failed(
            task -> {
              throw error;
            });

    assertThat(first.failure()).isSameAs(refused);
    assertThat(second.failure()).isSameAs(error);
    assertThat(store.value).isNull();
  }

  @Test
  void save_startsTheSecondTime_savesAtTheEnd() throws Exception {
    AtomicBoolean hasFailed = new AtomicBoolean();

    TailLoop loop =
        failed(
            task -> {
              if (!hasFailed.getAndSet(true)) {
                throw new IllegalStateException("no thread");
              }
              Thread thread = new Thread(task);
              thread.setDaemon(true);
              return thread;
            });

    assertThat(loop.failure()).hasMessage("no thread");
    assertThat(TailPosition.decode(Objects.requireNonNull(store.value)))
        .extracting(TailPosition::offset)
        .containsExactly(0L);
  }

  private static final class Kept implements CheckpointStore {
    private volatile byte @Nullable [] value;

    @Override
    public Optional<byte[]> load(String name) {
      return Optional.ofNullable(value);
    }

    @Override
    public void save(String name, byte[] bytes) {
      value = bytes;
    }

    @Override
    public void delete(String name) {}
  }
}
