package dev.connectors.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.core.CheckpointStore;
import dev.connectors.testkit.chaos.ForkedPipeline;
import dev.connectors.testkit.chaos.RandomKills;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The contract of stores, on files; and that a value survives SIGKILL in the middle of a save. */
class FileCheckpointStoreContractTest extends CheckpointStoreContract {
  private static final int KILLS = 10;

  @TempDir private Path folder;
  private int tests;

  @Override
  protected void fresh() {
    tests++;
  }

  @Override
  protected CheckpointStore open() {
    return CheckpointStore.files(folder.resolve("checkpoints-" + tests));
  }

  @Test
  @Timeout(180)
  void save_killedAtRandomMoments_isWholeAndLosesNothing() throws Exception {
    RandomKills kills = RandomKills.create();
    Path directory = folder.resolve("killed");
    try (ForkedPipeline saving =
        ForkedPipeline.of(CheckpointMain.class).withArguments(directory.toString())) {
      for (int kill = 0; kill < KILLS; kill++) {
        saving.start();
        saving.awaitLine("SAVED");
        kills.kill(saving, Duration.ofMillis(200));
        long saved = Long.parseLong(Objects.requireNonNull(saving.lastLine("SAVED")).substring(6));

        byte[] value = CheckpointStore.files(directory).load("numbers").orElseThrow();

        // The one after what was printed may have been saved, too.
        assertThat(ByteBuffer.wrap(value).getLong()).as("%s", kills).isBetween(saved, saved + 1);
        assertThat(value).hasSize(CheckpointMain.BYTES);
      }
    }
  }
}
