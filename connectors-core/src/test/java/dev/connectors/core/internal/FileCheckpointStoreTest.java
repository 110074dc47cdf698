package dev.connectors.core.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connectors.core.CheckpointStore;
import dev.connectors.core.CorruptCheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The file store under faults; what every store owes is in the testkit's contract. */
class FileCheckpointStoreTest {
  private static final byte[] OLD = "old value".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NEW = "a new value".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path directory;

  private enum Step {
    CREATE,
    WRITE,
    WRITE_HALF,
    SYNC,
    RENAME,
    SYNC_DIRECTORY
  }

  /** Fails at one step, as a full or broken disk does, and notes all of them. */
  private static final class FailingDisk extends Disk {
    private final @Nullable Step failing;
    private final List<Step> steps = new ArrayList<>();

    FailingDisk(@Nullable Step failing) {
      this.failing = failing;
    }

    private void at(Step step) throws IOException {
      steps.add(step);
      if (step == failing) {
        throw new IOException("fault at " + step);
      }
    }

    @Override
    public FileChannel create(Path file) throws IOException {
      at(Step.CREATE);
      return super.create(file);
    }

    @Override
    public void write(FileChannel file, ByteBuffer content) throws IOException {
      at(Step.WRITE);
      if (failing == Step.WRITE_HALF) {
        super.write(file, content.slice(0, content.remaining() / 2));
        at(Step.WRITE_HALF);
      }
      super.write(file, content);
    }

    @Override
    public void sync(FileChannel file) throws IOException {
      at(Step.SYNC);
      super.sync(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      at(Step.RENAME);
      super.rename(from, to);
    }

    @Override
    public void syncDirectory(Path synced) throws IOException {
      at(Step.SYNC_DIRECTORY);
      super.syncDirectory(synced);
    }
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void save_faultAtAStep_keepsTheOldValueOrHasTheNew(Step step) throws IOException {
    CheckpointStore store = CheckpointStore.files(directory);
    store.save("orders", OLD);

    assertThatThrownBy(
            () -> new FileCheckpointStore(directory, new FailingDisk(step)).save("orders", NEW))
        .isInstanceOf(IOException.class)
        .hasMessage("fault at " + step);

    assertThat(store.load("orders")).hasValue(step == Step.SYNC_DIRECTORY ? NEW : OLD);
    store.save("orders", NEW);
    assertThat(store.load("orders")).hasValue(NEW);
    assertThat(files()).containsExactly("orders.checkpoint");
  }

  @Test
  void save_always_syncsBeforeItRenamesAndTheDirectoryAfterIt() throws IOException {
    FailingDisk disk = new FailingDisk(null);

    new FileCheckpointStore(directory, disk).save("orders", NEW);

    assertThat(disk.steps)
        .containsExactly(Step.CREATE, Step.WRITE, Step.SYNC, Step.RENAME, Step.SYNC_DIRECTORY);
  }

  @Test
  void load_cutAnywhere_isDamaged() throws IOException {
    CheckpointStore store = CheckpointStore.files(directory);
    store.save("orders", OLD);
    Path file = directory.resolve("orders.checkpoint");
    byte[] whole = Files.readAllBytes(file);

    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));

      assertThatThrownBy(() -> store.load("orders"))
          .isInstanceOfSatisfying(
              CorruptCheckpointException.class, e -> assertThat(e.name()).isEqualTo("orders"))
          .hasMessageContaining(file.toString())
          .hasMessageContaining("delete it");
    }
  }

  @Test
  void load_anyByteAltered_isDamaged() throws IOException {
    CheckpointStore store = CheckpointStore.files(directory);
    store.save("orders", OLD);
    Path file = directory.resolve("orders.checkpoint");
    byte[] whole = Files.readAllBytes(file);

    for (int i = 0; i < whole.length; i++) {
      byte[] altered = whole.clone();
      altered[i] ^= 1;
      Files.write(file, altered);

      assertThatThrownBy(() -> store.load("orders")).isInstanceOf(CorruptCheckpointException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connectors-checkpoint 2 0 00000000\n",
        "connectors-checkpoint 1 999999999 00000000\n",
        "connectors-checkpoint 1 99999999999 00000000\n",
        "connectors-checkpoint 1 -1 00000000\n",
        "something else altogether, and it has more than sixty-four characters\n"
      })
  void load_foreignFile_isDamaged(String content) throws IOException {
    Files.writeString(directory.resolve("orders.checkpoint"), content);

    assertThatThrownBy(() -> CheckpointStore.files(directory).load("orders"))
        .isInstanceOf(CorruptCheckpointException.class);
  }

  @Test
  void save_nameWithPathInIt_staysInTheDirectory() throws IOException {
    CheckpointStore store = CheckpointStore.files(directory.resolve("inner"));

    store.save("../../etc/passwd", OLD);

    assertThat(store.load("../../etc/passwd")).hasValue(OLD);
    assertThat(files("inner")).containsExactly("..%2F..%2Fetc%2Fpasswd.checkpoint");
    assertThat(files()).containsExactly("inner");
  }

  @Test
  void save_linkInPlaceOfTheDraft_isRefused() throws IOException {
    Path victim = Files.writeString(directory.resolve("victim"), "untouched");
    Path checkpoints = Files.createDirectory(directory.resolve("inner"));
    Files.createSymbolicLink(checkpoints.resolve("orders.checkpoint.tmp"), victim);

    assertThatThrownBy(() -> CheckpointStore.files(checkpoints).save("orders", OLD))
        .isInstanceOf(IOException.class);

    assertThat(victim).hasContent("untouched");
  }

  private List<String> files(String... below) throws IOException {
    Path folder = below.length == 0 ? directory : directory.resolve(below[0]);
    try (Stream<Path> listed = Files.list(folder)) {
      return listed.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
