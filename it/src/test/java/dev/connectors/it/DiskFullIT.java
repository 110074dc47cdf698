package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connectors.core.RollingFormat;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.core.RollingSummary;
import dev.connectors.file.FileSink;
import dev.connectors.file.FileWriteSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files on a file system of 2 MiB, which only root may mount. */
@SuppressWarnings("NullAway.Init") // set up before each test
class DiskFullIT {
  private static final ByteString PIECE = ByteString.fromString("x".repeat(64 * 1024));
  private static final int LINES = 400;
  private static final ByteString NUMBERED = ByteString.fromString("x".repeat(1023 - 8));

  @TempDir private Path folder;
  private Path disk;
  private boolean isMounted;
  private ActorSystem system;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    String refusal = run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString());
    isMounted = refusal.isEmpty();
    assumeTrue(isMounted, () -> "no file system of 2 MiB can be mounted: " + refusal);
    system = ActorSystem.create("disk-full");
  }

  @AfterEach
  void unmount() throws Exception {
    if (isMounted) {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertThat(run("umount", disk.toString())).isEmpty();
    }
  }

  /** Empty if the command succeeds, else what it says. */
  private static String run(String... command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException noSuchCommand) {
      return String.valueOf(noSuchCommand.getMessage());
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? "" : said.isBlank() ? command[0] + " failed" : said.strip();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(disk)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private static Throwable failure(CompletionStage<?> stage) {
    return catchThrowableOfType(
            ExecutionException.class, () -> stage.toCompletableFuture().get(60, TimeUnit.SECONDS))
        .getCause();
  }

  @Test
  void bytes_diskFull_failsAndLeavesNothing() throws Exception {
    Path target = Files.writeString(disk.resolve("target"), "before");

    CompletionStage<?> written =
        Source.repeat(PIECE).take(64).runWith(FileSink.bytes(target), system);

    assertThat(failure(written))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left on device");
    assertThat(names()).containsExactly("target");
    assertThat(target).hasContent("before");
  }

  @Test
  void rolling_diskFull_failsAndLeavesWholeFilesOnly() throws Exception {
    CompletionStage<?> written =
        lines(0, 4_096)
            .runWith(FileSink.rolling(plan(), rolling(), FileWriteSettings.create(system)), system);

    assertThat(failure(written))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left on device");
    assertThat(names()).containsExactly("00000000", "00000400", "00000800", "00001200", "00001600");
    for (String name : names()) {
      assertThat(Files.readAllLines(disk.resolve(name)))
          .hasSize(LINES)
          .allSatisfy(line -> assertThat(line).hasSize(1023));
    }

    // Room is made, and the stream goes on from the first element that is in no file.
    Files.delete(disk.resolve("00000000"));
    RollingSummary summary =
        lines(5 * LINES, 5 * LINES + 300)
            .runWith(FileSink.rolling(plan(), rolling(), FileWriteSettings.create(system)), system)
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
    assertThat(summary).isEqualTo(new RollingSummary(1, 300, 300 * 1024));
  }

  /** Of 1 KiB each. */
  private static Source<String, NotUsed> lines(int from, int to) {
    return Source.range(from, to - 1).map("%08d"::formatted).map(NUMBERED.utf8String()::concat);
  }

  private RollingPlan<String, Path> plan() {
    return RollingPlan.of(
        RollingFormat.lines(line -> line),
        file -> disk.resolve(file.first().substring(file.first().length() - 8)));
  }

  private RollingSettings rolling() {
    return RollingSettings.create(system.settings().config().getConfig("connectors.file.rolling"))
        .withMaxElements(LINES);
  }
}
