package dev.connectors.file;

import dev.connectors.core.CheckpointStore;
import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.InFlightSettings;
import dev.connectors.file.internal.TailPosition;
import dev.connectors.testkit.SourceContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.junit.jupiter.api.io.TempDir;

/** The contract of sources, on a file. */
@SuppressWarnings("NullAway.Init") // set up by fresh
class FileTailContractTest extends SourceContract<TailLine> {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final int LINE = 8;

  @TempDir private Path folder;
  private String name;
  private Path file;
  private CheckpointStore store;
  private int published;

  @Override
  protected void fresh() throws IOException {
    name = "contract-" + NUMBER.incrementAndGet();
    file = Files.createFile(folder.resolve(name + ".log"));
    store = CheckpointStore.files(folder.resolve("positions"));
    published = 0;
  }

  @Override
  protected void publish(int count) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append("%07d\n".formatted(published++));
    }
    Files.writeString(file, lines, StandardCharsets.US_ASCII, StandardOpenOption.APPEND);
  }

  @Override
  protected Source<Pair<TailLine, Committable>, Control> source(
      ActorSystem system, InFlightSettings inFlight) {
    TailSettings settings =
        TailSettings.create(system)
            .withPollInterval(Duration.ofMillis(5))
            .withCommitInterval(Duration.ZERO)
            .withCancelGrace(Duration.ofMillis(50))
            .withDrainTimeout(Duration.ofHours(1))
            .withChunkSize(400)
            .withInFlight(inFlight);
    return FileSource.tailCommittable(name, TailedFiles.path(file), store, settings).asSource();
  }

  @Override
  protected long number(TailLine line) {
    return Long.parseLong(line.text());
  }

  @Override
  protected long committed() throws IOException {
    Optional<byte[]> value = store.load(name);
    List<TailPosition> positions = value.isPresent() ? TailPosition.decode(value.get()) : List.of();
    return positions.isEmpty() ? 0 : positions.get(0).offset() / LINE;
  }

  @Override
  protected String threads() {
    return "file-tail-" + name;
  }

  @Override
  protected void ended(ActorSystem system) {
    StreamTestKit.assertAllStagesStopped(
        SystemMaterializer.get(system).materializer(), StreamTest.SOON);
  }
}
