package dev.connectors.file.internal;

import dev.connectors.file.ArchiveEntry;
import dev.connectors.file.ArchiveException;
import dev.connectors.file.ArchiveException.Reason;
import dev.connectors.file.ArchiveReadSettings;
import dev.connectors.file.EntryHeader;
import dev.connectors.file.EntryType;
import dev.connectors.file.internal.ArchiveReader.Listed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * An archive that a stream reads. All calls of the file happen in tasks that run one at a time, so
 * neither entries nor contents wait for each other to be read: a content whose archive has been
 * closed opens it again.
 */
final class ReadSession {
  private static final int FIRST_BATCH = 8;
  private static final int LARGEST_BATCH = 64;
  private static final long BATCH_BYTES = 256 * 1024;
  static final int CHUNKS = 4;

  private final ArchiveReader.Format format;
  private final Path path;
  private final ArchiveReadSettings settings;
  private final SerialExecutor tasks;
  private final AtomicInteger asked = new AtomicInteger();

  // Of the tasks.
  private @Nullable ArchiveReader reader;
  private @Nullable ArchiveGuard guard;
  private int batchSize = FIRST_BATCH;
  private boolean isAskedFor; // most contents have been, lately
  private int contents;
  private boolean ended;

  // Of an archive without random access: the entry whose content has to be read before the next.
  private @Nullable ReadEntry current;
  private boolean isCurrentRead;
  private boolean isCurrentDone;
  private @Nullable Consumer<Batch> waiting;

  /** Entries in their order, and what comes after them. */
  record Batch(List<ArchiveEntry> entries, boolean isLast, @Nullable Throwable failure) {}

  /** A piece of a content, and what comes after it. */
  record Chunks(List<ByteString> chunks, boolean isLast, @Nullable Throwable failure) {}

  ReadSession(
      ArchiveReader.Format format, Path path, ArchiveReadSettings settings, Executor blocking) {
    this.format = format;
    this.path = path;
    this.settings = settings;
    this.tasks = new SerialExecutor(blocking);
  }

  /** What a content is asked for decides whether those of the next entries are read with them. */
  void asked() {
    asked.incrementAndGet();
  }

  /**
   * The batch comes when the content that has been asked for was read, if others would pass it.
   *
   * @param passed how many entries have been passed on since the last request
   */
  void requestBatch(int passed, Consumer<Batch> done) {
    tasks.execute(
        () -> {
          isAskedFor = 2 * asked.getAndSet(0) >= passed;
          if (current != null && current.isAsked() && !isCurrentDone) {
            waiting = done;
          } else {
            done.accept(readBatch());
          }
        });
  }

  /** Whoever asked for a content did not run it: goes on. */
  void passUnread() {
    tasks.execute(
        () -> {
          if (!isCurrentRead) {
            goOn();
          }
        });
  }

  private void goOn() {
    Consumer<Batch> done = waiting;
    waiting = null;
    if (done != null) {
      done.accept(readBatch());
    }
  }

  private Batch readBatch() {
    List<ArchiveEntry> entries = new ArrayList<>();
    try {
      boolean isLast = readInto(entries);
      batchSize = Math.min(2 * batchSize, LARGEST_BATCH);
      return new Batch(entries, isLast, null);
    } catch (Throwable e) { // or the stream would wait for ever
      return new Batch(entries, true, Failures.ofAny(e, null));
    }
  }

  private boolean readInto(List<ArchiveEntry> entries) throws IOException {
    ArchiveReader open = reader;
    if (open == null) {
      open = format.open(path, settings);
      reader = open;
      guard = new ArchiveGuard(settings, open.size());
    }
    ArchiveGuard limits = guard(guard);
    boolean ahead = !open.isRandomAccess() || isAskedFor;
    current = null;
    long bytes = 0;
    while (entries.size() < batchSize && bytes < BATCH_BYTES) {
      Listed listed = open.next();
      if (listed == null) {
        return true;
      }
      if (!limits.admits(listed.header())) {
        continue;
      }
      ByteString content = content(listed, open, limits, ahead);
      ReadEntry entry = new ReadEntry(this, listed, content);
      entries.add(entry);
      if (content != null) {
        bytes += content.size();
      } else if (!open.isRandomAccess()) {
        current = entry; // to go on would pass it
        isCurrentRead = false;
        isCurrentDone = false;
        return false;
      }
    }
    return false;
  }

  /** The content of a small entry, read now; null for one that is read when it is asked for. */
  private @Nullable ByteString content(
      Listed listed, ArchiveReader open, ArchiveGuard limits, boolean ahead) throws IOException {
    EntryHeader header = listed.header();
    if (header.type() != EntryType.FILE) {
      return ByteString.emptyByteString();
    }
    if (!ahead || header.size().orElse(Long.MAX_VALUE) > settings.chunkSize()) {
      return null;
    }
    try (EntryContent content = new EntryContent(open, listed, limits, settings.chunkSize())) {
      ByteString bytes = content.next();
      return bytes == null ? ByteString.emptyByteString() : bytes;
    } catch (IOException | LinkageError e) {
      if (open.isRandomAccess()) {
        return null; // whoever does not want it need not know
      }
      throw e;
    }
  }

  /** Closes the file, or lets the last of the contents that are being read do so. */
  void end() {
    tasks.execute(
        () -> {
          ended = true;
          waiting = null; // or the end of a content would open the file again
          closeUnused();
        });
  }

  private void closeUnused() {
    ArchiveReader open = reader;
    if (ended && contents == 0 && open != null) {
      reader = null;
      close(open);
    }
  }

  private static void close(ArchiveReader open) {
    try {
      open.close();
    } catch (IOException | RuntimeException e) {
      // It was read only: nothing is lost.
    }
  }

  private static ArchiveGuard guard(@Nullable ArchiveGuard guard) {
    if (guard == null) {
      throw new IllegalStateException("the archive is not open");
    }
    return guard;
  }

  /** A content while it is read once. */
  final class Feed {
    private final Listed listed;
    private @Nullable EntryContent content;
    private @Nullable ArchiveReader own; // if the archive has been closed
    private boolean closed;
    private boolean isReading; // the current entry

    Feed(Listed listed) {
      this.listed = listed;
    }

    void request(Consumer<Chunks> done) {
      tasks.execute(() -> done.accept(read()));
    }

    private Chunks read() {
      List<ByteString> chunks = new ArrayList<>(CHUNKS);
      try {
        EntryContent open = content;
        if (open == null) {
          open = open();
          content = open;
        }
        while (chunks.size() < CHUNKS && !open.isAtEnd()) {
          ByteString chunk = open.next();
          if (chunk != null) {
            chunks.add(chunk);
          }
        }
        return new Chunks(chunks, open.isAtEnd(), null);
      } catch (Throwable e) { // or the stream would wait for ever
        return new Chunks(chunks, true, Failures.ofAny(e, listed.header().name()));
      }
    }

    private EntryContent open() throws IOException {
      ArchiveReader shared = reader;
      if (shared != null) {
        readCurrent(shared);
        EntryContent open = new EntryContent(shared, listed, guard(guard), settings.chunkSize());
        contents++;
        return open;
      }
      ArchiveReader opened = format.open(path, settings);
      own = opened;
      Listed found = opened.next();
      while (found != null && found.ordinal() < listed.ordinal()) {
        found = opened.next();
      }
      if (found == null || !found.header().equals(listed.header())) {
        throw new ArchiveException(
            Reason.CORRUPT, listed.header().name(), "the archive has changed since", null);
      }
      return new EntryContent(
          opened, found, new ArchiveGuard(settings, opened.size()), settings.chunkSize());
    }

    private void readCurrent(ArchiveReader shared) throws ArchiveException {
      if (!shared.isRandomAccess() && isOfCurrent()) {
        if (isCurrentRead) {
          throw new ArchiveException(
              Reason.PASSED, listed.header().name(), "the content can be read once", null);
        }
        isCurrentRead = true;
        isReading = true;
      }
    }

    private boolean isOfCurrent() {
      return current != null && current.ordinal() == listed.ordinal();
    }

    void end() {
      tasks.execute(this::close);
    }

    private void close() {
      if (closed) {
        return;
      }
      closed = true;
      EntryContent open = content;
      if (open != null) {
        try {
          open.close();
        } catch (IOException | RuntimeException e) {
          // It was read only: nothing is lost.
        }
      }
      if (own != null) {
        ReadSession.close(own);
      } else if (open != null) {
        contents--;
        closeUnused();
      }
      if (isOfCurrent() && (isReading || !isCurrentRead)) {
        isCurrentRead = true; // or cancelled before it was pulled
        isCurrentDone = true;
        goOn();
      }
    }
  }
}
