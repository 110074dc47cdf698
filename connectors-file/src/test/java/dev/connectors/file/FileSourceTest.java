package dev.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.pekko.Done;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest extends StreamTest {
  private static final Duration QUIET = Duration.ofMillis(300);

  @TempDir private Path folder;

  private <T> CompletionStage<List<T>> run(Source<T, ?> source) {
    return source.runWith(Sink.seq(), materializer);
  }

  private FileReadSettings settings() {
    return FileReadSettings.create(system);
  }

  // ---- bytes

  @Test
  void bytes_anyFile_emitsItInChunks() throws Exception {
    byte[] content = new byte[10_007];
    new Random(1).nextBytes(content);
    Path file = Files.write(folder.resolve("data"), content);

    List<ByteString> chunks = get(run(FileSource.bytes(file, settings().withChunkSize(1000))));

    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (ByteString chunk : chunks) {
      joined.write(chunk.toArray());
    }
    assertThat(joined.toByteArray()).isEqualTo(content);
    assertThat(chunks).hasSize(11).allMatch(chunk -> chunk.size() <= 1000);
  }

  @Test
  void bytes_emptyFile_completes() throws Exception {
    assertThat(get(run(FileSource.bytes(Files.createFile(folder.resolve("empty")))))).isEmpty();
  }

  @Test
  void bytes_noFile_failsTheStream() {
    assertThat(failure(run(FileSource.bytes(folder.resolve("absent")))))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void bytes_slowDownstream_readsNoFurther() throws Exception {
    Path file = Files.write(folder.resolve("data"), new byte[100_000]);
    AtomicInteger begun = new AtomicInteger();
    CompletableFuture<Done> permit = new CompletableFuture<>();
    CompletionStage<List<ByteString>> chunks =
        run(
            FileSource.bytes(file, settings().withChunkSize(100))
                .mapAsync(
                    1,
                    chunk -> {
                      begun.incrementAndGet();
                      return permit.thenApply(done -> chunk);
                    }));

    Awaitility.await().until(() -> begun.get() > 0);
    Awaitility.await().during(QUIET).until(() -> true);
    Files.write(file, new byte[0]); // only what was read before, into Pekko's buffer of 16, comes
    permit.complete(Done.getInstance());
    assertThat(get(chunks)).hasSizeBetween(1, 18);
  }

  @Test
  void bytes_growsWhileItIsRead_isReadToItsNewEnd() throws Exception {
    Path file = Files.write(folder.resolve("data"), new byte[60_000]);
    AtomicInteger begun = new AtomicInteger();
    CompletableFuture<Done> permit = new CompletableFuture<>();
    CompletionStage<List<ByteString>> chunks =
        run(
            FileSource.bytes(file, settings().withChunkSize(1_000))
                .mapAsync(
                    1,
                    chunk -> {
                      begun.incrementAndGet();
                      return permit.thenApply(done -> chunk);
                    }));

    Awaitility.await().until(() -> begun.get() > 0);
    Files.write(file, new byte[50_500], StandardOpenOption.APPEND);
    permit.complete(Done.getInstance());

    assertThat(get(chunks).stream().mapToInt(ByteString::size).sum()).isEqualTo(110_500);
  }

  @Test
  void bytes_fileThatTellsNoSize_isReadToItsEnd() throws Exception {
    Path version = Path.of("/proc/version");
    Assumptions.assumeTrue(Files.exists(version), "there is no /proc");

    List<ByteString> chunks = get(run(FileSource.bytes(version, settings().withChunkSize(16))));

    assertThat(chunks.stream().map(ByteString::utf8String).collect(Collectors.joining()))
        .isEqualTo(Files.readString(version));
  }

  @Test
  void bytes_cancelled_closesTheFile() throws Exception {
    Path file = Files.write(folder.resolve("data"), new byte[1000]);
    get(FileSource.bytes(file, settings().withChunkSize(10)).runWith(Sink.head(), materializer));
    // StreamTest sees that the stage has stopped, which closes the file.
  }

  // ---- a root

  @Test
  void bytes_pathOrLinkLeadsOutOfTheRoot_isRefused() throws Exception {
    Path root = Files.createDirectory(folder.resolve("root"));
    Path secret = Files.writeString(folder.resolve("secret"), "secret");
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("file"), "secret");
    Files.createSymbolicLink(root.resolve("link"), secret);
    Files.createSymbolicLink(root.resolve("directory"), outside);
    Files.createSymbolicLink(root.resolve("dangling"), folder.resolve("absent"));
    FileReadSettings jailed = settings().withRoot(root);

    for (String path :
        List.of("../secret", "link", "directory/file", "a/../../secret", secret.toString())) {
      assertThat(failure(run(FileSource.bytes(Path.of(path), jailed))))
          .as(path)
          .isInstanceOf(OutsideRootException.class);
    }
    assertThat(failure(run(FileSource.bytes(Path.of("dangling"), jailed))))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void bytes_pathOrLinkWithinTheRoot_isRead() throws Exception {
    Path root = Files.createDirectories(folder.resolve("root"));
    Path file = Files.writeString(root.resolve("file"), "text");
    Files.createSymbolicLink(root.resolve("link"), file);
    FileReadSettings jailed = settings().withRoot(root);

    for (String path : List.of("file", "link", "x/../file", file.toString())) {
      assertThat(get(run(FileSource.bytes(Path.of(path), jailed))))
          .as(path)
          .containsExactly(ByteString.fromString("text"));
    }
  }

  // ---- lines

  @Test
  void lines_anyFile_emitsThemWithoutTerminators() throws Exception {
    Path file = Files.writeString(folder.resolve("text"), "one\ntwo\r\n\nfour ä€\nlast");

    for (int chunk : new int[] {1, 2, 3, 7, 1000}) {
      assertThat(get(run(FileSource.lines(file, settings().withChunkSize(chunk)))))
          .containsExactly("one", "two", "", "four ä€", "last");
    }
    assertThat(get(run(FileSource.lines(file)))).hasSize(5);
  }

  @Test
  void lines_byteOrderMark_isLeftOut() throws Exception {
    Path file = Files.writeString(folder.resolve("text"), "\uFEFFone\ntwo");

    assertThat(get(run(FileSource.lines(file)))).containsExactly("one", "two");
  }

  @Test
  void lines_anotherCharset_isDecoded() throws Exception {
    Path file = Files.write(folder.resolve("text"), "grün\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(
            get(run(FileSource.lines(file, settings().withCharset(StandardCharsets.ISO_8859_1)))))
        .containsExactly("grün");
    assertThat(
            failure(run(FileSource.lines(file, settings().withCharset(StandardCharsets.UTF_16)))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void lines_tooLong_failsOrCutsOrSkips() throws Exception {
    Path file = Files.writeString(folder.resolve("text"), "one\n" + "x".repeat(100) + "\nthree\n");
    FileReadSettings limited = settings().withMaxLine(10).withChunkSize(16);

    assertThat(failure(run(FileSource.lines(file, limited))))
        .isInstanceOf(LineTooLongException.class);
    assertThat(get(run(FileSource.lines(file, limited.withOnLongLine(LongLinePolicy.TRUNCATE)))))
        .containsExactly("one", "x".repeat(10), "three");
    assertThat(get(run(FileSource.lines(file, limited.withOnLongLine(LongLinePolicy.SKIP)))))
        .containsExactly("one", "three");
  }

  // ---- directories

  @Test
  void list_directory_emitsWhatIsInIt() throws Exception {
    Files.writeString(folder.resolve("file"), "");
    Files.createDirectories(folder.resolve("directory/inner"));
    Files.createSymbolicLink(folder.resolve("link"), folder);

    assertThat(get(run(FileSource.list(folder))))
        .containsExactlyInAnyOrder(
            folder.resolve("file"), folder.resolve("directory"), folder.resolve("link"));
  }

  @Test
  void list_noDirectory_failsTheStream() throws Exception {
    assertThat(failure(run(FileSource.list(folder.resolve("absent")))))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(failure(run(FileSource.list(Files.createFile(folder.resolve("file"))))))
        .isInstanceOf(NotDirectoryException.class);
  }

  @Test
  void walk_tree_emitsParentsFirstAndFollowsNoLinks() throws Exception {
    Path inner = Files.createDirectories(folder.resolve("directory/inner"));
    Path file = Files.createFile(inner.resolve("file"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);

    assertThat(get(run(FileSource.walk(folder))))
        .containsExactlyInAnyOrder(folder, folder.resolve("directory"), inner, file, link)
        .containsSubsequence(folder, folder.resolve("directory"), inner, file);
    assertThat(get(run(FileSource.walk(folder, 1))))
        .containsExactlyInAnyOrder(folder, folder.resolve("directory"), link);
  }
}
