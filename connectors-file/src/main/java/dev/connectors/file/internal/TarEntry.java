package dev.connectors.file.internal;

import dev.connectors.file.ArchiveEntry;
import dev.connectors.file.EntryHeader;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** An entry whose content flows by, and waits for whoever asks for it in time. */
record TarEntry(EntryHeader header, Source<ByteString, NotUsed> source, Runnable asked)
    implements ArchiveEntry {

  @Override
  public Source<ByteString, NotUsed> content() {
    asked.run();
    return source;
  }

  @Override
  public Optional<ByteString> bytes() {
    return Optional.empty();
  }
}
