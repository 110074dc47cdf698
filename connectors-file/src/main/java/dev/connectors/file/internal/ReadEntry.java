package dev.connectors.file.internal;

import dev.connectors.file.ArchiveEntry;
import dev.connectors.file.EntryHeader;
import dev.connectors.file.internal.ArchiveReader.Listed;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** An entry of an archive that is a file. */
final class ReadEntry implements ArchiveEntry {
  private final ReadSession session;
  private final Listed listed;
  private final @Nullable ByteString content;
  private volatile boolean isAsked;

  /**
   * @param content null if it is read when it is asked for
   */
  ReadEntry(ReadSession session, Listed listed, @Nullable ByteString content) {
    this.session = session;
    this.listed = listed;
    this.content = content;
  }

  @Override
  public EntryHeader header() {
    return listed.header();
  }

  @Override
  public Source<ByteString, NotUsed> content() {
    isAsked = true;
    session.asked();
    if (content == null) {
      return Source.fromGraph(new EntryContentStage(this));
    }
    return content.isEmpty() ? Source.empty() : Source.single(content);
  }

  @Override
  public Optional<ByteString> bytes() {
    session.asked();
    return Optional.ofNullable(content);
  }

  long ordinal() {
    return listed.ordinal();
  }

  boolean isAsked() {
    return isAsked;
  }

  /** For one reading of the content. */
  ReadSession.Feed feed() {
    return session.new Feed(listed);
  }

  @Override
  public String toString() {
    return "ArchiveEntry(" + header() + ")";
  }
}
