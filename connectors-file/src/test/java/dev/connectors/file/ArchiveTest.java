package dev.connectors.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.io.TempDir;

/** What tests of archives share. */
abstract class ArchiveTest extends StreamTest {
  static final Sink<ByteString, CompletionStage<ByteString>> JOIN =
      Sink.fold(ByteString.emptyByteString(), ByteString::concat);

  @TempDir Path folder;

  ArchiveReadSettings reading() {
    return ArchiveReadSettings.create(system);
  }

  ArchiveWriteSettings writing() {
    return ArchiveWriteSettings.create(system);
  }

  /** Names and contents, read one after the other. */
  CompletionStage<Map<String, byte[]>> read(Source<ArchiveEntry, ?> entries) {
    return entries
        .flatMapConcat(
            entry ->
                entry
                    .content()
                    .fold(ByteString.emptyByteString(), ByteString::concat)
                    .map(content -> Pair.create(entry.header().name(), content.toArray())))
        .runWith(Sink.seq(), materializer)
        .thenApply(
            all -> {
              Map<String, byte[]> contents = new LinkedHashMap<>();
              all.forEach(each -> contents.put(each.first(), each.second()));
              return contents;
            });
  }

  CompletionStage<List<EntryHeader>> headers(Source<ArchiveEntry, ?> entries) {
    return entries.map(ArchiveEntry::header).runWith(Sink.seq(), materializer);
  }

  ArchiveException refusal(CompletionStage<?> stage) {
    Throwable failure = failure(stage);
    assertThat(failure).isInstanceOf(ArchiveException.class);
    return (ArchiveException) failure;
  }

  static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
    assertThat(actual.keySet()).containsExactlyElementsOf(expected.keySet());
    expected.forEach((name, content) -> assertThat(actual.get(name)).as(name).isEqualTo(content));
  }

  static Source<ByteString, NotUsed> pieces(byte[] bytes, int size) {
    List<ByteString> pieces = new ArrayList<>();
    for (int i = 0; i < bytes.length; i += size) {
      pieces.add(ByteString.fromArray(bytes, i, Math.min(size, bytes.length - i)));
    }
    return Source.from(pieces);
  }

  CompletionStage<ByteString> joined(Source<ByteString, ?> bytes) {
    return bytes.toMat(JOIN, Keep.right()).run(materializer);
  }
}
