package dev.connectors.benchmarks.sidebyside.cases;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import dev.connectors.core.CheckpointStore;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.file.FileSource;
import dev.connectors.file.TailLine;
import dev.connectors.file.TailSettings;
import dev.connectors.file.TailedFiles;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;

/**
 * Reads the lines of a file that is there, as a tail does when it starts, and looks at each; the
 * clock stops with the last, or when the position behind it is saved. Raw is a loop of {@link
 * BufferedReader#readLine}, which saves its position as often as {@code commit-interval} says.
 */
final class FileTail {
  private static final String NAME = "file-tail";

  private FileTail() {}

  /** The files that were made, and where positions are saved. */
  private static final class Data implements Servers.Kept {
    private final Map<String, Path> files = new HashMap<>();

    Path file(int bytes, long lines) {
      return files.computeIfAbsent(bytes + " " + lines, key -> make(bytes, lines));
    }

    private static Path make(int bytes, long lines) {
      try {
        Path file = Files.createTempFile("file-tail", ".log");
        String padding = "x".repeat(bytes);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
          for (long i = 0; i < lines; i++) {
            String number = Long.toString(i);
            out.write(number);
            out.write(padding, 0, bytes - 1 - number.length());
            out.write('\n');
          }
        }
        return file;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      for (Path file : files.values()) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException left) {
          throw new UncheckedIOException(left);
        }
      }
    }
  }

  /** What every contender does with every line. */
  private static final class Check {
    private final Meter meter;
    private long lines;
    private long characters;

    Check(Meter meter) {
      this.meter = meter;
    }

    void line(String line) {
      characters += line.length();
      if (++lines % 100_000 == 0) {
        meter.progress(lines);
        meter.checkTime();
      }
    }

    /** Where the last line ends, in ASCII. */
    long end() {
      return characters + lines;
    }

    void verify(int bytes) {
      WrongResult.check("lines", lines, meter.records());
      WrongResult.check("characters", characters, meter.records() * (bytes - 1));
    }
  }

  /** Without positions. */
  static Workload.Setup plain(int bytes) {
    return (servers, lines) -> {
      Path file = servers.once(Data.class, Data::new).file(bytes, lines);
      return new Contenders()
          .raw(meter -> raw(file, bytes, meter))
          .ours(
              meter -> {
                Check check = new Check(meter);
                meter.begin();
                meter.await(
                    FileSource.tail(TailedFiles.path(file), TailSettings.create(servers.system()))
                        .take(lines)
                        .runForeach(line -> check.line(line.text()), servers.system()));
                meter.end();
                check.verify(bytes);
              });
    };
  }

  /** With positions, which are saved as lines are looked at: synced, and renamed in one step. */
  static Workload.Setup committable(int bytes) {
    return (servers, lines) -> {
      Path file = servers.once(Data.class, Data::new).file(bytes, lines);
      return new Contenders()
          .raw(meter -> withPositions(store -> rawSaving(servers, file, bytes, store, meter)))
          .ours(meter -> withPositions(store -> committed(servers, file, bytes, store, meter)));
    };
  }

  private interface Tail {
    void run(CheckpointStore store) throws Exception;
  }

  private static void withPositions(Tail tail) throws Exception {
    Path positions = Files.createTempDirectory("file-tail-positions");
    CheckpointStore store = CheckpointStore.files(positions);
    tail.run(store);
    store.delete(NAME);
    Files.delete(positions);
  }

  private static void committed(
      Servers servers, Path file, int bytes, CheckpointStore store, Meter meter) throws Exception {
    Check check = new Check(meter);
    meter.begin();
    Pair<Control, CompletionStage<Done>> running =
        FileSource.tailCommittable(
                NAME, TailedFiles.path(file), store, TailSettings.create(servers.system()))
            .asSource()
            .take(meter.records())
            .map(
                pair -> {
                  check.line(pair.first().text());
                  return pair;
                })
            .toMat(
                Committer.<TailLine>sink(CommitterSettings.create(servers.system())), Keep.both())
            .run(servers.system());
    meter.await(running.second());
    meter.end();
    meter.await(running.first().isShutdown());
    check.verify(bytes);
  }

  private static void raw(Path file, int bytes, Meter meter) throws IOException {
    Check check = new Check(meter);
    meter.begin();
    try (BufferedReader reader = Files.newBufferedReader(file, UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        check.line(line);
      }
    }
    meter.end();
    check.verify(bytes);
  }

  /** The clock is looked at once in so many lines as the committer has in a batch. */
  private static void rawSaving(
      Servers servers, Path file, int bytes, CheckpointStore store, Meter meter)
      throws IOException {
    long interval = TailSettings.create(servers.system()).commitInterval().toNanos();
    int batch = CommitterSettings.create(servers.system()).maxBatch();
    Check check = new Check(meter);
    meter.begin();
    long saved = System.nanoTime();
    try (BufferedReader reader = Files.newBufferedReader(file, UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        check.line(line);
        if (check.lines % batch == 0 && System.nanoTime() - saved >= interval) {
          saved = System.nanoTime();
          save(store, file, check.end());
        }
      }
    }
    save(store, file, check.end());
    meter.end();
    check.verify(bytes);
  }

  private static void save(CheckpointStore store, Path file, long end) throws IOException {
    store.save(NAME, (file + " " + end).getBytes(UTF_8));
  }
}
