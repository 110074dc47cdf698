package dev.connectors.file.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.connectors.file.ChangeSettings;
import dev.connectors.file.ExistingFiles;
import dev.connectors.file.FileChange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is announced of files, without a watch service; the clock is the test's. */
@SuppressWarnings("NullAway.Init") // before each test
class FileTreeTest {
  private static final Duration SETTLE = Duration.ofHours(1);

  @TempDir private Path folder;
  private final List<Path> watched = new ArrayList<>();
  private ChangeSettings settings;
  private FileTree tree;
  private long now;

  @BeforeEach
  void create() {
    settings =
        ChangeSettings.create(ConfigFactory.load().getConfig("connectors.file.changes"))
            .withSettleTime(SETTLE);
  }

  private void begin() throws IOException {
    tree = new FileTree(settings, watched::add);
    tree.lookBelow(folder, now);
  }

  private List<String> after(Duration time) throws IOException {
    now += time.toNanos();
    return tree.settled(now).stream()
        .map(change -> change.kind() + " " + folder.relativize(change.path()))
        .toList();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void look_fileThatIsWritten_isAnnouncedWhenItStaysTheSame() throws Exception {
    begin();
    tree.look(write("a", "1"), now);
    assertThat(after(SETTLE.dividedBy(2))).isEmpty();
    tree.look(write("a", "12"), now);
    assertThat(after(SETTLE.dividedBy(2))).isEmpty();
    write("a", "123"); // the event is still on its way
    assertThat(after(SETTLE.dividedBy(2))).isEmpty();

    assertThat(after(SETTLE)).containsExactly("CREATED a");
    assertThat(after(SETTLE)).isEmpty();
    tree.look(write("a", "1234"), now);
    assertThat(after(SETTLE)).containsExactly("MODIFIED a");
    Files.delete(folder.resolve("a"));
    tree.look(folder.resolve("a"), now);
    assertThat(after(Duration.ZERO)).containsExactly("DELETED a");
  }

  @Test
  void look_goneBeforeItWasComplete_saysNothing() throws Exception {
    begin();
    Path file = write("a", "1");
    tree.look(file, now);
    Files.delete(file);

    assertThat(after(SETTLE)).isEmpty();
  }

  @Test
  void look_movedHereAndOld_isAnnouncedAtOnce() throws Exception {
    begin();
    Path file = write("a", "1");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(SETTLE.multipliedBy(2))));
    tree.look(file, now);

    assertThat(after(Duration.ZERO)).containsExactly("CREATED a");
  }

  @Test
  void look_renamedWithin_isAnnouncedAtOnce() throws Exception {
    begin();
    Path draft = write("a.part", "1");
    tree.look(draft, now);
    Files.move(draft, folder.resolve("a"));
    tree.look(draft, now);
    tree.look(folder.resolve("a"), now);

    assertThat(after(Duration.ZERO)).containsExactly("CREATED a");
    Files.move(folder.resolve("a"), folder.resolve("b"));
    tree.look(folder.resolve("a"), now);
    tree.look(folder.resolve("b"), now);
    assertThat(after(Duration.ZERO)).containsExactly("DELETED a", "CREATED b");
  }

  @Test
  void lookBelow_afterAnOverflow_findsWhatWasMissed() throws Exception {
    write("kept", "1");
    write("changed", "1");
    write("deleted", "1");
    begin();
    write("changed", "12");
    Files.delete(folder.resolve("deleted"));
    Files.createDirectories(folder.resolve("new/below"));
    write("new/below/created", "1");

    tree.lookBelow(folder, now);

    assertThat(after(SETTLE))
        .containsExactlyInAnyOrder(
            "DELETED deleted", "MODIFIED changed", "CREATED new/below/created");
    assertThat(watched).contains(folder.resolve("new"), folder.resolve("new/below"));
  }

  @Test
  void look_directoryThatIsGone_announcesAllBelow() throws Exception {
    settings = settings.withExisting(ExistingFiles.ANNOUNCE);
    Files.createDirectories(folder.resolve("d/e"));
    for (String name : List.of("d/1", "d/e/2", "d-3", "e")) {
      write(name, "1");
    }
    begin();
    assertThat(after(SETTLE)).hasSize(4);
    Files.move(
        folder.resolve("d"), Files.createTempDirectory(folder.getParent(), "away").resolve("d"));

    tree.look(folder.resolve("d"), now);

    assertThat(after(Duration.ZERO)).containsExactlyInAnyOrder("DELETED d/1", "DELETED d/e/2");
  }

  @Test
  void look_fileInsteadOfADirectoryAndBack_announcesBoth() throws Exception {
    begin();
    Files.createDirectory(folder.resolve("x"));
    write("x/1", "1");
    tree.look(folder.resolve("x"), now);
    assertThat(after(SETTLE)).containsExactly("CREATED x/1");
    Files.delete(folder.resolve("x/1"));
    Files.delete(folder.resolve("x"));
    tree.look(write("x", "1"), now);

    assertThat(after(SETTLE)).containsExactlyInAnyOrder("DELETED x/1", "CREATED x");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
  void look_links_areLeftAlone() throws Exception {
    Path away = Files.createTempDirectory(folder.getParent(), "away");
    Files.writeString(away.resolve("secret"), "1");
    begin();
    Files.createSymbolicLink(folder.resolve("directory"), away);
    Files.createSymbolicLink(folder.resolve("file"), away.resolve("secret"));
    tree.look(folder.resolve("directory"), now);
    tree.look(folder.resolve("file"), now);
    tree.lookBelow(folder, now);

    assertThat(after(SETTLE)).isEmpty();
    assertThat(watched).containsOnly(folder);
  }

  @Test
  void look_moreThanMaxFiles_fails() throws Exception {
    settings = settings.withMaxFiles(1);
    begin();
    tree.look(write("a", "1"), now);

    Path second = write("b", "1");
    assertThatThrownBy(() -> tree.look(second, now))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more files than max-files, 1");
  }

  @Test
  void nanosToNext_someUnsettled_isWhenTheFirstIsDue() throws Exception {
    begin();
    assertThat(tree.nanosToNext(now)).isEqualTo(Long.MAX_VALUE);
    Path file = write("a", "1");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plus(SETTLE)));
    tree.look(file, now);

    assertThat(tree.nanosToNext(now)).isEqualTo(SETTLE.toNanos());
    FileChange change = tree.settled(now + SETTLE.toNanos()).get(0);
    assertThat(change).isEqualTo(new FileChange(FileChange.Kind.CREATED, file, 1));
  }
}
