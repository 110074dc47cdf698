package dev.connectors.docs.examples;

import dev.connectors.file.ArchiveEntry;
import dev.connectors.file.ArchiveException;
import dev.connectors.file.ArchiveFlow;
import dev.connectors.file.ArchiveReadSettings;
import dev.connectors.file.ArchiveSource;
import dev.connectors.file.ArchiveWriteSettings;
import dev.connectors.file.CompressionFlow;
import dev.connectors.file.CompressionFormat;
import dev.connectors.file.DecompressSettings;
import dev.connectors.file.EntryHeader;
import dev.connectors.file.EntryPolicy;
import dev.connectors.file.FileSink;
import dev.connectors.file.FileSource;
import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.WrittenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Framing;
import org.apache.pekko.stream.javadsl.FramingTruncation;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Archives and compressed streams. */
final class ArchiveExamples {
  private ArchiveExamples() {}

  static Source<String, NotUsed> lines() {
    // tag::zip[]
    return ArchiveSource.zip(Path.of("orders.zip"))
        .filter(entry -> entry.header().name().endsWith(".csv"))
        .flatMapConcat(
            entry ->
                entry
                    .content()
                    .via(
                        Framing.delimiter(
                            ByteString.fromString("\n"), 10_000, FramingTruncation.ALLOW)))
        .map(ByteString::utf8String);
    // end::zip[]
  }

  static CompletionStage<List<WrittenFile>> extract(ActorSystem system) {
    // tag::extract[]
    return FileSource.bytes(Path.of("release.tar.gz"))
        .via(CompressionFlow.decompress(CompressionFormat.GZIP, DecompressSettings.create(system)))
        .via(ArchiveFlow.readTar(ArchiveReadSettings.create(system)))
        .via(ArchiveFlow.extract(Path.of("/srv/release"), FileWriteSettings.create(system)))
        .runWith(Sink.seq(), system);
    // end::extract[]
  }

  static CompletionStage<WrittenFile> write(ActorSystem system, List<Path> reports) {
    // tag::write[]
    return Source.from(reports)
        .map(file -> ArchiveEntry.of(header(file), FileSource.bytes(file)))
        .via(ArchiveFlow.writeZip(ArchiveWriteSettings.create(system)))
        .runWith(FileSink.bytes(Path.of("reports.zip")), system);
    // end::write[]
  }

  // tag::header[]
  private static EntryHeader header(Path file) throws IOException {
    return EntryHeader.file("reports/" + file.getFileName())
        .withSize(Files.size(file))
        .withModified(Files.getLastModifiedTime(file).toInstant());
  }

  // end::header[]

  static ArchiveReadSettings limits(ActorSystem system) {
    // tag::limits[]
    return ArchiveReadSettings.create(system)
        .withMaxEntries(100_000)
        .withMaxSize(50L << 30)
        .withOnLink(EntryPolicy.SKIP);
    // end::limits[]
  }

  static String explain(ArchiveException refused) {
    // tag::exception[]
    return switch (refused.reason()) {
      case RATIO, TOO_LARGE, ENTRY_TOO_LARGE, TOO_MANY_ENTRIES ->
          "too large: " + refused.value() + " instead of " + refused.limit();
      case UNSAFE_NAME, LINK -> "hostile: " + refused.entry();
      default -> refused.toString();
    };
    // end::exception[]
  }
}
