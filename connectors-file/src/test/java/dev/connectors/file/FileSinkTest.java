package dev.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.AbruptStageTerminationException;
import org.apache.pekko.stream.AbruptTerminationException;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.apache.pekko.util.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FileSinkTest extends StreamTest {
  @TempDir private Path folder;

  private FileWriteSettings settings() {
    return FileWriteSettings.create(system);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private CompletionStage<WrittenFile> write(Path target, FileWriteSettings settings, String text) {
    return Source.single(ByteString.fromString(text))
        .runWith(FileSink.bytes(target, settings), materializer);
  }

  @ParameterizedTest
  @EnumSource(SyncPolicy.class)
  void bytes_allWritten_givesTheFileItsName(SyncPolicy sync) throws Exception {
    Path target = folder.resolve("out");
    // Larger and smaller than the buffer, and ropes.
    List<ByteString> parts =
        List.of(
            ByteString.fromString("a".repeat(5)),
            ByteString.fromString("b".repeat(100)),
            ByteString.emptyByteString(),
            ByteString.fromString("c".repeat(9)).concat(ByteString.fromString("d".repeat(20))),
            ByteString.fromString("e"));

    WrittenFile written =
        get(
            Source.from(parts)
                .runWith(
                    FileSink.bytes(target, settings().withSync(sync).withBufferSize(10)),
                    materializer));

    assertThat(written).isEqualTo(new WrittenFile(target, 135));
    assertThat(target)
        .hasContent("a".repeat(5) + "b".repeat(100) + "c".repeat(9) + "d".repeat(20) + "e");
    assertThat(names()).containsExactly("out");
  }

  @Test
  void bytes_nameThatCanNotBeCutAnywhere_isWritten() throws Exception {
    Path target = folder.resolve("x".repeat(63) + "\uD83D\uDE00");

    get(write(target, settings(), "text"));

    assertThat(target).hasContent("text");
  }

  @Test
  void bytes_nothing_makesAnEmptyFile() throws Exception {
    Path target = folder.resolve("out");

    get(Source.<ByteString>empty().runWith(FileSink.bytes(target), materializer));

    assertThat(target).isEmptyFile();
  }

  @Test
  void bytes_whileWritten_hasATemporaryNameOnly() throws Exception {
    Path target = Files.writeString(folder.resolve("out"), "before");
    Pair<TestPublisher.Probe<ByteString>, CompletionStage<WrittenFile>> run =
        TestSource.<ByteString>create(system)
            .toMat(FileSink.bytes(target, settings().withBufferSize(1)), Keep.both())
            .run(materializer);

    run.first().sendNext(ByteString.fromString("after"));
    Awaitility.await().until(() -> names().size() == 2);
    assertThat(target).hasContent("before");
    assertThat(names().get(0)).startsWith(".out.").endsWith(".part");
    run.first().sendComplete();

    get(run.second());
    assertThat(target).hasContent("after");
    assertThat(names()).containsExactly("out");
  }

  @Test
  void bytes_upstreamFails_leavesNothing() throws Exception {
    Path target = folder.resolve("out");
    IllegalStateException bug = new IllegalStateException("bug");

    CompletionStage<WrittenFile> written =
        Source.single(ByteString.fromString("text"))
            .concatLazy(Source.lazySource(() -> Source.failed(bug)))
            .runWith(FileSink.bytes(target), materializer);

    assertThat(failure(written)).isSameAs(bug);
    assertThat(names()).isEmpty();
  }

  @Test
  void bytes_materializerEnds_leavesNothing() throws Exception {
    Materializer own = Materializer.createMaterializer(system);
    CompletionStage<WrittenFile> written =
        Source.<ByteString>maybe().runWith(FileSink.bytes(folder.resolve("out")), own);
    Awaitility.await().until(() -> names().size() == 1);

    own.shutdown();

    assertThat(failure(written))
        .isInstanceOfAny(AbruptStageTerminationException.class, AbruptTerminationException.class);
    assertThat(names()).isEmpty();
  }

  @Test
  void bytes_noDirectory_failsAndCancels() {
    Path target = folder.resolve("absent/out");

    assertThat(failure(write(target, settings(), "text"))).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void bytes_targetExists_replacesOrFails() throws Exception {
    Path target = Files.writeString(folder.resolve("out"), "before");

    assertThat(failure(write(target, settings().withExisting(ExistingPolicy.FAIL), "after")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(target).hasContent("before");
    get(write(target, settings(), "after"));
    assertThat(target).hasContent("after");
    assertThat(names()).containsExactly("out");
  }

  @Test
  void bytes_targetAppearsMeanwhile_failsAndKeepsIt() throws Exception {
    Path target = folder.resolve("out");
    Pair<TestPublisher.Probe<ByteString>, CompletionStage<WrittenFile>> run =
        TestSource.<ByteString>create(system)
            .toMat(
                FileSink.bytes(target, settings().withExisting(ExistingPolicy.FAIL)), Keep.both())
            .run(materializer);
    run.first().sendNext(ByteString.fromString("late"));
    Awaitility.await().until(() -> names().size() == 1);

    Files.writeString(target, "first");
    run.first().sendComplete();

    assertThat(failure(run.second())).isInstanceOf(FileAlreadyExistsException.class);
    assertThat(target).hasContent("first");
    assertThat(names()).containsExactly("out");
  }

  @Test
  void bytes_directoryIsInTheWay_failsAndLeavesNothing() throws Exception {
    Path target = folder.resolve("out");
    Files.createDirectories(target.resolve("inner"));

    assertThat(failure(write(target, settings(), "text"))).isInstanceOf(IOException.class);
    assertThat(names()).containsExactly("out");
  }

  @Test
  void bytes_longestName_isWritten() throws Exception {
    Path target = folder.resolve("n".repeat(255));

    get(write(target, settings(), "text"));

    assertThat(target).hasContent("text");
  }

  @Test
  void bytes_linkLeadsOutOfTheRoot_isRefused() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.createSymbolicLink(root.resolve("link"), outside);
    FileWriteSettings jailed = settings().withRoot(root);

    for (String path : List.of("../out", "link/out", outside.resolve("out").toString(), ".")) {
      assertThat(failure(write(Path.of(path), jailed, "text")))
          .as(path)
          .isInstanceOf(OutsideRootException.class);
    }
    assertThat(outside).isEmptyDirectory();
    get(write(Path.of("link"), jailed, "text")); // replaces the link, and follows it not
    assertThat(outside).isEmptyDirectory();
    assertThat(root.resolve("link")).isRegularFile();
  }
}
