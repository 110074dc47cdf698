package dev.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.Supervision;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFlowTest extends StreamTest {
  @TempDir private Path folder;

  private FileWriteSettings settings() {
    return FileWriteSettings.create(system);
  }

  private <T> CompletionStage<List<T>> run(Flow<T, T, NotUsed> flow, List<T> elements) {
    return Source.from(elements).via(flow).runWith(Sink.seq(), materializer);
  }

  private Path file(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private static Path elsewhere() throws IOException {
    Path memory = Path.of("/dev/shm");
    Assumptions.assumeTrue(Files.isDirectory(memory), "there is no second file system");
    return Files.createTempDirectory(memory, "connectors-file");
  }

  @Test
  void move_files_movesThemInOrder() throws Exception {
    Path a = file("a", "1");
    Path b = file("b", "2");
    Files.createDirectory(folder.resolve("done"));
    List<Move> moves =
        List.of(new Move(a, folder.resolve("done/a")), new Move(b, folder.resolve("done/b")));

    assertThat(get(run(FileFlow.move(settings()), moves))).isEqualTo(moves);
    assertThat(a).doesNotExist();
    assertThat(folder.resolve("done/b")).hasContent("2");
    assertThat(get(run(FileFlow.move(settings()), moves))).as("again").isEqualTo(moves);
  }

  @Test
  void move_targetExists_replacesOrFails() throws Exception {
    Path from = file("a", "new");
    Path to = file("b", "old");
    List<Move> move = List.of(new Move(from, to));

    assertThat(failure(run(FileFlow.move(settings().withExisting(ExistingPolicy.FAIL)), move)))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(from).hasContent("new");
    assertThat(to).hasContent("old");
    get(run(FileFlow.move(settings()), move));
    assertThat(to).hasContent("new");
  }

  @Test
  void move_interruptedBetweenLinkAndDelete_isFinished() throws Exception {
    Path from = file("a", "text");
    Path to = Files.createLink(folder.resolve("b"), from);

    get(
        run(
            FileFlow.move(settings().withExisting(ExistingPolicy.FAIL)),
            List.of(new Move(from, to))));

    assertThat(from).doesNotExist();
    assertThat(to).hasContent("text");
  }

  @Test
  void move_ontoItselfByAnotherName_failsAndDeletesNothing() throws Exception {
    Path from = file("in/a", "text");
    Path linked = Files.createSymbolicLink(folder.resolve("done"), folder.resolve("in"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), from);
    List<Path> others = List.of(folder.resolve("in/./a"), linked.resolve("a"), link, from);

    for (Path to : others) {
      assertThat(
              failure(
                  run(
                      FileFlow.move(settings().withExisting(ExistingPolicy.FAIL)),
                      List.of(new Move(from, to)))))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThat(from).hasContent("text");
    }
  }

  @Test
  void move_directory_movesAllOfIt() throws Exception {
    file("in/x/file", "text");

    get(
        run(
            FileFlow.move(settings()),
            List.of(new Move(folder.resolve("in"), folder.resolve("out")))));

    assertThat(folder.resolve("out/x/file")).hasContent("text");
    assertThat(folder.resolve("in")).doesNotExist();
  }

  @Test
  void move_nothingThere_fails() {
    Move move = new Move(folder.resolve("a"), folder.resolve("b"));

    assertThat(failure(run(FileFlow.move(settings()), List.of(move))))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void move_toAnotherFileSystem_copiesAndDeletes() throws Exception {
    Path other = elsewhere();
    try {
      Path from = file("a", "text");
      Path to = other.resolve("a");

      get(run(FileFlow.move(settings()), List.of(new Move(from, to))));

      assertThat(to).hasContent("text");
      assertThat(from).doesNotExist();
      assertThat(other).isDirectoryNotContaining("glob:**.part");

      Path full = folder.resolve("full");
      file("full/file", "text");
      assertThat(
              failure(
                  run(FileFlow.move(settings()), List.of(new Move(full, other.resolve("full"))))))
          .isInstanceOf(DirectoryNotEmptyException.class);
      assertThat(full.resolve("file")).exists();
    } finally {
      Files.deleteIfExists(other.resolve("a"));
      Files.delete(other);
    }
  }

  @Test
  void copy_files_copiesThemInOrder() throws Exception {
    Path a = file("a", "text ".repeat(100_000));
    Path b = file("b", "");
    List<Copy> copies =
        List.of(new Copy(a, folder.resolve("a-copy")), new Copy(b, folder.resolve("b-copy")));

    assertThat(get(run(FileFlow.copy(settings()), copies))).isEqualTo(copies);
    assertThat(get(run(FileFlow.copy(settings()), copies))).as("again").isEqualTo(copies);
    assertThat(folder.resolve("a-copy")).hasSameBinaryContentAs(a);
    assertThat(folder.resolve("b-copy")).isEmptyFile();
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("a", "a-copy", "b", "b-copy");
  }

  @Test
  void copy_targetExists_replacesOrFails() throws Exception {
    Path from = file("a", "new");
    Path to = file("b", "old");
    List<Copy> copy = List.of(new Copy(from, to));

    assertThat(failure(run(FileFlow.copy(settings().withExisting(ExistingPolicy.FAIL)), copy)))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(to).hasContent("old");
    get(run(FileFlow.copy(settings().withSync(SyncPolicy.NEVER)), copy));
    assertThat(to).hasContent("new");
  }

  @Test
  void copy_directoryOrNothing_failsAndLeavesNothing() throws Exception {
    Path directory = Files.createDirectory(folder.resolve("directory"));
    Path to = folder.resolve("to");

    assertThat(failure(run(FileFlow.copy(settings()), List.of(new Copy(directory, to)))))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(directory + ": is a directory");
    assertThat(failure(run(FileFlow.copy(settings()), List.of(new Copy(folder.resolve("x"), to)))))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(
            failure(run(FileFlow.copy(settings()), List.of(new Copy(file("a", "1"), directory)))))
        .isInstanceOf(IOException.class);
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("directory", "a");
  }

  @Test
  void copy_fileThatTellsNoSize_isCopiedToItsEnd() throws Exception {
    Path version = Path.of("/proc/version");
    Assumptions.assumeTrue(Files.exists(version), "there is no /proc");

    get(run(FileFlow.copy(settings()), List.of(new Copy(version, folder.resolve("copy")))));

    assertThat(folder.resolve("copy")).hasContent(Files.readString(version));
  }

  @Test
  void delete_filesAndEmptyDirectories_areGone() throws Exception {
    Path a = file("a", "1");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file("target", "kept"));
    List<Path> paths = List.of(a, empty, link, folder.resolve("absent"));

    assertThat(get(run(FileFlow.delete(settings()), paths))).isEqualTo(paths);
    assertThat(folder).isDirectoryContaining("glob:**target");
    assertThat(folder.toFile().list()).containsExactly("target");
  }

  @Test
  void delete_oneFails_goesOnWhereTheStrategySaysSo() throws Exception {
    Path full = folder.resolve("full");
    file("full/file", "text");
    Path a = file("a", "1");

    assertThat(failure(run(FileFlow.delete(settings()), List.of(full, a))))
        .isInstanceOf(DirectoryNotEmptyException.class);
    assertThat(
            get(
                Source.from(List.of(full, a))
                    .via(FileFlow.delete(settings()))
                    .addAttributes(
                        ActorAttributes.withSupervisionStrategy(Supervision.getResumingDecider()))
                    .runWith(Sink.seq(), materializer)))
        .containsExactly(a);
  }

  @Test
  void mkdirs_paths_areMadeWithTheirParents() throws Exception {
    List<Path> paths = List.of(folder.resolve("a/b/c"), folder.resolve("a"));

    assertThat(get(run(FileFlow.mkdirs(settings()), paths))).isEqualTo(paths);
    assertThat(folder.resolve("a/b/c")).isDirectory();
    get(run(FileFlow.mkdirs(settings().withSync(SyncPolicy.NEVER)), List.of(folder.resolve("d"))));
    assertThat(folder.resolve("d")).isDirectory();
  }

  @Test
  void flows_pathLeadsOutOfTheRoot_isRefused() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    Path outside = file("outside/file", "kept");
    Files.createSymbolicLink(root.resolve("link"), outside.getParent());
    FileWriteSettings jailed = settings().withRoot(root);
    Path within = Files.writeString(root.resolve("file"), "text");

    for (Path path : List.of(outside, Path.of("../outside/file"), Path.of("link/file"))) {
      assertThat(failure(run(FileFlow.delete(jailed), List.of(path))))
          .isInstanceOf(OutsideRootException.class);
      assertThat(failure(run(FileFlow.move(jailed), List.of(new Move(within, path)))))
          .isInstanceOf(OutsideRootException.class);
      assertThat(failure(run(FileFlow.move(jailed), List.of(new Move(path, within)))))
          .isInstanceOf(OutsideRootException.class);
      assertThat(failure(run(FileFlow.copy(jailed), List.of(new Copy(within, path)))))
          .isInstanceOf(OutsideRootException.class);
      assertThat(failure(run(FileFlow.copy(jailed), List.of(new Copy(path, within)))))
          .isInstanceOf(OutsideRootException.class);
      assertThat(failure(run(FileFlow.mkdirs(jailed), List.of(path.resolve("x")))))
          .isInstanceOf(IOException.class);
    }
    assertThat(outside).hasContent("kept");
    get(run(FileFlow.delete(jailed), List.of(Path.of("link")))); // the link itself
    assertThat(outside).hasContent("kept");
  }

  @Test
  void withContext_each_keepsItsContext() throws Exception {
    Path a = file("a", "1");
    Path b = folder.resolve("b");

    assertThat(
            get(
                Source.single(Pair.create(folder.resolve("x"), 1))
                    .via(FileFlow.<Integer>mkdirsWithContext(settings()))
                    .map(made -> Pair.create(new Move(a, b), made.second() + 1))
                    .via(FileFlow.<Integer>moveWithContext(settings()))
                    .map(moved -> Pair.create(new Copy(b, a), moved.second() + 1))
                    .via(FileFlow.<Integer>copyWithContext(settings()))
                    .map(copied -> Pair.create(copied.first().from(), copied.second() + 1))
                    .via(FileFlow.<Integer>deleteWithContext(settings()))
                    .runWith(Sink.head(), materializer)))
        .isEqualTo(Pair.create(b, 4));
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("x", "a");
  }
}
