package dev.connectors.it.support;

import dev.connectors.core.CheckpointStore;
import dev.connectors.core.Committable;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.file.FileSource;
import dev.connectors.file.TailLine;
import dev.connectors.file.TailSettings;
import dev.connectors.file.TailedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Sink;

/**
 * Tails two files until it is killed. The lines are appended to {@code written}, and once they are
 * committed to {@code committed}: one of each for each run.
 */
public final class TailMain {
  /** The names of the files. */
  public static final List<String> NAMES = List.of("renamed.log", "truncated.log");

  private static final int BATCH = 1_000;

  /** The most lines that are written and not committed: in flight, and in batches under way. */
  public static final long UNCOMMITTED = 10_000 + 32 * BATCH;

  private TailMain() {}

  /** Arguments: the directory of the files, that of the positions, that of the output. */
  public static void main(String[] args) throws IOException {
    Path logs = Path.of(args[0]);
    Path output = Path.of(args[2]);
    long run;
    try (var files = Files.list(output)) {
      run = files.filter(file -> file.getFileName().toString().startsWith("written")).count();
    }
    Path written = output.resolve("written-" + run);
    Path committed = output.resolve("committed-" + run);
    append(written, "");
    append(committed, "");
    ActorSystem system = ActorSystem.create("forked");
    TailSettings settings =
        TailSettings.create(system)
            .withPollInterval(Duration.ofMillis(20))
            .withRotatedWait(Duration.ofMillis(500));
    System.out.println("STARTED");
    FileSource.tailCommittable(
            "kill",
            TailedFiles.paths(logs.resolve(NAMES.get(0)), logs.resolve(NAMES.get(1))),
            CheckpointStore.files(Path.of(args[1])),
            settings)
        .asSource()
        .groupedWithin(BATCH, Duration.ofMillis(10))
        .map(
            batch -> {
              String lines = lines(batch);
              append(written, lines);
              return Pair.create(lines, Committable.all(batch.stream().map(Pair::second).toList()));
            })
        .via(
            Committer.flow(
                CommitterSettings.create(system)
                    .withMaxBatch(1)
                    .withMaxInterval(Duration.ofMillis(10))))
        .runWith(Sink.foreach(lines -> append(committed, lines)), system)
        .whenComplete(
            (done, cause) -> {
              System.out.println("ENDED " + cause);
              Runtime.getRuntime().halt(3);
            });
  }

  private static String lines(List<Pair<TailLine, Committable>> batch) {
    StringBuilder lines = new StringBuilder();
    for (Pair<TailLine, Committable> line : batch) {
      lines.append(line.first().text()).append('\n');
    }
    return lines.toString();
  }

  private static void append(Path file, String lines) {
    try {
      Files.writeString(
          file,
          lines,
          StandardCharsets.US_ASCII,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
