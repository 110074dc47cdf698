package dev.connectors.file.internal;

import dev.connectors.file.ArchiveEntry;
import dev.connectors.file.EntryHeader;
import java.util.Objects;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** An entry as somebody made it. */
public record GivenEntry(
    EntryHeader header, Source<ByteString, NotUsed> content, Optional<ByteString> bytes)
    implements ArchiveEntry {

  public static ArchiveEntry of(EntryHeader header, Source<ByteString, ?> content) {
    return new GivenEntry(
        Objects.requireNonNull(header, "header"),
        content.mapMaterializedValue(value -> NotUsed.getInstance()),
        Optional.empty());
  }

  public static ArchiveEntry of(EntryHeader header, ByteString content) {
    return new GivenEntry(
        header.size().isPresent() ? header : header.withSize(content.size()),
        content.isEmpty() ? Source.empty() : Source.single(content),
        Optional.of(content));
  }
}
