package dev.connectors.file.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.connectors.core.RollingFormat;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.core.internal.Disk;
import dev.connectors.core.internal.RollingResults;
import dev.connectors.core.internal.RollingWriter;
import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.RolledFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RollingFilesTest {
  private static final Instant NOON = Instant.parse("2026-11-26T12:00:00Z");
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** Fails at one of its steps, from the time on that it is told to. */
  private static final class FaultyDisk extends Disk {
    @Nullable String fault;

    private void fail(String step) throws IOException {
      if (step.equals(fault)) {
        throw new IOException(step + " failed");
      }
    }

    @Override
    public FileChannel create(Path file) throws IOException {
      fail("create");
      return super.create(file);
    }

    @Override
    public void write(FileChannel file, ByteBuffer content) throws IOException {
      fail("write");
      super.write(file, content);
    }

    @Override
    public void sync(FileChannel file) throws IOException {
      fail("sync");
      super.sync(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      fail("rename");
      super.rename(from, to);
    }
  }

  @TempDir private Path folder;
  private final FaultyDisk disk = new FaultyDisk();
  private final RollingResults.Each<String, RolledFile> results = new RollingResults.Each<>();

  private RollingWriter<String, String, Path, RolledFile> files(RollingSettings settings) {
    RollingPlan<String, Path> plan =
        RollingPlan.<String, Path>of(
                RollingFormat.lines(line -> line),
                file ->
                    folder.resolve(
                        "%s-%d-%s".formatted(file.partition(), file.number(), file.time())))
            .withPartition(line -> line.substring(0, 1));
    FileWriteSettings write =
        FileWriteSettings.create(ConfigFactory.load().getConfig("connectors.file.write"))
            .withBufferSize(1);
    return new RollingWriter<>(
        plan,
        settings,
        new RollingFiles<>(plan, write, disk),
        results,
        Clock.fixed(NOON, ZoneOffset.UTC));
  }

  private static RollingSettings settings() {
    return RollingSettings.create(ConfigFactory.load().getConfig("connectors.file.rolling"))
        .withMaxAge(Duration.ofSeconds(60))
        .withMaxIdle(Duration.ofSeconds(10));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private List<String> emitted() {
    List<String> emitted = new ArrayList<>();
    while (results.hasNext()) {
      RolledFile file = results.next();
      emitted.add(file.path().getFileName() + ":" + file.elements());
    }
    return emitted;
  }

  @Test
  void endDue_idleAndOldFiles_areCompletedAtTheirTime() throws Exception {
    RollingWriter<String, String, Path, RolledFile> files = files(settings());
    files.write("a1", 0);
    files.write("b1", 5 * SECOND);
    assertThat(files.deadline()).isEqualTo(10 * SECOND);
    files.endDue(9 * SECOND);
    assertThat(emitted()).isEmpty();
    files.endDue(10 * SECOND);
    assertThat(emitted()).containsExactly("a-1-" + NOON + ":1");
    for (int i = 0; i < 10; i++) {
      files.write("b2", (10 + 5 * i) * SECOND);
    }
    files.endDue(64 * SECOND);
    assertThat(emitted()).isEmpty();
    files.endDue(65 * SECOND); // 60 s after its first element
    assertThat(emitted()).containsExactly("b-2-" + NOON + ":11");
    assertThat(names()).containsExactly("a-1-" + NOON, "b-2-" + NOON);
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "write", "sync", "rename"})
  void write_diskFailsAtAStep_leavesCompleteFilesAlone(String step) throws Exception {
    RollingWriter<String, String, Path, RolledFile> files = files(settings().withMaxElements(2));
    files.write("a1", 0);
    files.write("a2", 0);
    files.write("b1", 0);
    files.write("c1", 0);
    disk.fault = step;

    assertThatThrownBy(
            () -> {
              files.write("d1", 0);
              files.write("b2", 0);
            })
        .hasMessage(step + " failed");
    files.abort();

    assertThat(names()).containsExactly("a-1-" + NOON);
    assertThat(folder.resolve("a-1-" + NOON)).hasContent("a1\na2\n");
    assertThat(emitted()).containsExactly("a-1-" + NOON + ":2");
  }

  @Test
  void abort_again_doesNothing() throws Exception {
    RollingWriter<String, String, Path, RolledFile> files = files(settings());
    files.write("a1", 0);
    files.abort();
    files.abort();
    assertThat(names()).isEmpty();
  }
}
