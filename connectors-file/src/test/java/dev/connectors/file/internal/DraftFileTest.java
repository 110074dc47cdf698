package dev.connectors.file.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connectors.core.internal.Disk;
import dev.connectors.file.ExistingPolicy;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files get their names where hard links are refused. */
@SuppressWarnings("NullAway.Init") // before each test
class DraftFileTest {
  private static final List<Exception> REFUSALS =
      List.of(
          new UnsupportedOperationException(),
          new FileSystemException("to", "from", "Operation not permitted"),
          new AccessDeniedException("to"));

  @TempDir private Path folder;
  private Path from;
  private Path to;

  @BeforeEach
  void create() throws IOException {
    from = Files.writeString(folder.resolve("from"), "ours");
    to = folder.resolve("to");
  }

  /** Without hard links. */
  private static class NoLinks extends Disk {
    private final Exception refusal;

    NoLinks(Exception refusal) {
      this.refusal = refusal;
    }

    @Override
    public void link(Path file, Path name) throws IOException {
      if (refusal instanceof IOException cause) {
        throw cause;
      }
      throw (RuntimeException) refusal;
    }
  }

  @Test
  void publish_noLinks_moves() throws Exception {
    for (Exception refusal : REFUSALS) {
      DraftFile.publish(from, to, ExistingPolicy.FAIL, new NoLinks(refusal));

      assertThat(to).hasContent("ours");
      assertThat(from).doesNotExist();
      Files.move(to, from);
    }
  }

  @Test
  void publish_noLinksAndNameTaken_keepsBoth() throws Exception {
    Files.writeString(to, "theirs");
    for (Exception refusal : REFUSALS) {
      assertThatThrownBy(
              () -> DraftFile.publish(from, to, ExistingPolicy.FAIL, new NoLinks(refusal)))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThat(from).hasContent("ours");
      assertThat(to).hasContent("theirs");
    }
  }

  @Test
  void publish_noLinksAndNameWantedByAnother_givesItToOne() throws Exception {
    class Contended extends NoLinks {
      private @Nullable IOException theirs;

      Contended() {
        super(new UnsupportedOperationException());
      }

      @Override
      public void rename(Path file, Path name) throws IOException {
        try {
          Files.writeString(name, "theirs", StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException taken) {
          theirs = taken;
        }
        super.rename(file, name);
      }
    }
    Contended disk = new Contended();

    DraftFile.publish(from, to, ExistingPolicy.FAIL, disk);

    assertThat(to).hasContent("ours");
    assertThat(disk.theirs).isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void publish_noLinksAndNoRename_leavesNothing() {
    Disk disk =
        new NoLinks(new UnsupportedOperationException()) {
          @Override
          public void rename(Path file, Path name) throws IOException {
            throw new FileSystemException("rename");
          }
        };

    assertThatThrownBy(() -> DraftFile.publish(from, to, ExistingPolicy.FAIL, disk))
        .hasMessage("rename");
    assertThat(from).hasContent("ours");
    assertThat(to).doesNotExist();
  }
}
