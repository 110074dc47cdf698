package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.it.support.TailMain;
import dev.connectors.testkit.chaos.ChaosReport;
import dev.connectors.testkit.chaos.Finding;
import dev.connectors.testkit.chaos.ForkedPipeline;
import dev.connectors.testkit.chaos.Ledger;
import dev.connectors.testkit.chaos.Oracle;
import dev.connectors.testkit.chaos.RandomKills;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two logs are written and rotated, one by renaming and one by copying and truncating, while their
 * reader is killed. {@code -Dconnectors.it.lines=1000000 -Dconnectors.it.rotations=50
 * -Dconnectors.it.kills=6} is the long form.
 */
class TailKillIT {
  private static final int LINES = Integer.getInteger("connectors.it.lines", 60_000);
  private static final int ROTATIONS = Integer.getInteger("connectors.it.rotations", 12);
  private static final int KILLS = Integer.getInteger("connectors.it.kills", 3);

  /** Of 256 bytes that have to be read of a file before a copy of it is known for one. */
  private static final int LINES_OF_A_PRINT = 256 / 20;

  @TempDir private Path folder;
  private final Ledger ledger = Ledger.create();
  private final Random random = new Random(7);
  private long sentBytes;

  @SuppressWarnings("NullAway.Init") // by the test
  private Path logs;

  @SuppressWarnings("NullAway.Init") // likewise
  private Path output;

  @Test
  @Timeout(1_800)
  void kill_readerWhileLogsAreRotated_losesNothingAndDoublesNothingCommitted() throws Exception {
    logs = Files.createDirectory(folder.resolve("logs"));
    output = Files.createDirectory(folder.resolve("output"));
    for (String name : TailMain.NAMES) {
      Files.createFile(logs.resolve(name));
    }
    RandomKills kills = RandomKills.create();
    try (ForkedPipeline pipeline =
        ForkedPipeline.of(TailMain.class)
            .withArguments(
                logs.toString(), folder.resolve("positions").toString(), output.toString())) {
      pipeline.start();
      pipeline.awaitLine("STARTED");
      write();
      await().until(() -> size("written-") > 0); // what is rotated before is not its business
      for (int rotation = 0; rotation < ROTATIONS; rotation++) {
        if ((rotation + 1) * KILLS / ROTATIONS > kills.kills().size()) {
          // It stays down for the rotation.
          CompletableFuture<Long> writing = CompletableFuture.supplyAsync(this::write);
          kills.kill(pipeline, Duration.ofMillis(500));
          writing.join();
          rotate(rotation);
        } else {
          if (!pipeline.isRunning()) {
            pipeline.start();
            pipeline.awaitLine("STARTED");
          }
          long before = size("written-");
          long more = random.nextLong(write());
          await().until(() -> !pipeline.isRunning() || size("written-") >= before + more);
          rotate(rotation);
        }
      }
      pipeline.start();
      await()
          .until(
              () ->
                  !pipeline.isRunning()
                      || (size("written-") >= sentBytes && written().size() >= ledger.sent()));
      assertThat(pipeline.isRunning()).isTrue();
    }

    judge(kills);
  }

  /** The lines between two rotations, each some in two parts; returns their bytes. */
  private long write() {
    long before = sentBytes;
    int count = LINES / ROTATIONS;
    int size;
    for (int done = 0; done < count; done += size) {
      String name = TailMain.NAMES.get(random.nextInt(2));
      StringBuilder some = new StringBuilder();
      size = Math.min(count - done, 1 + random.nextInt(200));
      for (int i = 0; i < size; i++) {
        String line = "%s line %09d".formatted(name, ledger.sent());
        ledger.acknowledged(line, name, line.getBytes(StandardCharsets.US_ASCII));
        some.append(line).append('\n');
      }
      int cut = random.nextInt(some.length());
      append(name, some.substring(0, cut));
      append(name, some.substring(cut));
      sentBytes += some.length();
    }
    return sentBytes - before;
  }

  private void append(String name, String text) {
    try {
      Files.writeString(
          logs.resolve(name), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As logrotate does: the older ones move on by one. */
  private void rotate(int rotation) throws IOException {
    int which = rotation % 2;
    Path log = logs.resolve(TailMain.NAMES.get(which));
    if (!Files.exists(log)) {
      return;
    }
    for (int i = ROTATIONS; i > 0; i--) {
      Path older = Path.of(log + "." + i);
      if (Files.exists(older)) {
        Files.move(older, Path.of(log + "." + (i + 1)));
      }
    }
    Path first = Path.of(log + ".1");
    if (which == 0) {
      Files.move(log, first);
    } else {
      Files.copy(log, first);
      try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
        channel.truncate(0);
      }
    }
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(20));
  }

  /** Of the output of all runs. */
  private long size(String prefix) throws IOException {
    long size = 0;
    for (int run = 0; Files.exists(output.resolve(prefix + run)); run++) {
      size += Files.size(output.resolve(prefix + run));
    }
    return size;
  }

  /** Without one that the kill has cut. */
  private static List<String> lines(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.US_ASCII);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  private Set<String> written() throws IOException {
    Set<String> lines = new HashSet<>();
    for (int run = 0; Files.exists(output.resolve("written-" + run)); run++) {
      lines.addAll(lines(output.resolve("written-" + run)));
    }
    return lines;
  }

  private void judge(RandomKills kills) throws IOException {
    Oracle oracle = Oracle.of(ledger);
    Set<String> committed = new HashSet<>();
    int renamedAgain = 0;
    int truncatedAgain = 0;
    for (int run = 0; Files.exists(output.resolve("written-" + run)); run++) {
      List<String> written = lines(output.resolve("written-" + run));
      Set<String> ofThisRun = new HashSet<>();
      for (String line : written) {
        String name = line.substring(0, line.indexOf(' '));
        oracle.seen(line, name, line);
        if (committed.contains(line) || !ofThisRun.add(line)) {
          renamedAgain += name.equals(TailMain.NAMES.get(0)) ? 1 : 0;
          truncatedAgain += name.equals(TailMain.NAMES.get(1)) ? 1 : 0;
        }
      }
      committed.addAll(lines(output.resolve("committed-" + run)));
    }
    ChaosReport report = oracle.report(kills);
    System.out.printf(
        "%d rotations; committed and read again: %d renamed, %d truncated; %s%n",
        ROTATIONS, renamedAgain, truncatedAgain, report);
    report.assertAtLeastOnce();
    assertThat(kills.kills()).hasSize(KILLS);
    assertThat(renamedAgain).as("committed and read again, renamed").isZero();
    assertThat(truncatedAgain)
        .as("committed and read again, truncated")
        .isLessThanOrEqualTo(ROTATIONS * LINES_OF_A_PRINT);
    assertThat(report.count(Finding.DUPLICATED)).isLessThan(KILLS * TailMain.UNCOMMITTED);
  }
}
