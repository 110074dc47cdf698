package dev.connectors.file.internal;

import dev.connectors.file.LineTooLongException;
import dev.connectors.file.TailLine;
import dev.connectors.file.TailSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one file has, from its beginning until it is truncated: read in order, wherever it is. It
 * moves when the file is renamed, and into the copy when the file is copied and truncated.
 *
 * <p>Each read begins a little before what is new: if these bytes are not those that were read
 * before, the file was truncated meanwhile, however large it is by now.
 */
final class TailContent {
  /** What {@link #read} returns when the file has other content by now. */
  static final int REPLACED = -1;

  final TailSeries series;
  private final TailSettings settings;
  private final LineSplitter splitter;

  private Spot spot;
  private @Nullable FileChannel channel;
  private long readTo;
  private byte[] mark = new byte[0]; // the last bytes that were read
  private Print head = Print.NONE;
  private boolean isThere = true;
  private boolean hasMore;
  private boolean wasRead;
  private boolean isRestDue;
  private boolean isOver; // nothing more is expected
  private long quietSince;

  // What is done of it.
  private int openBatches;
  private long done;
  private @Nullable TailPosition position;

  /**
   * @param channel null if there is nothing to be read of it; then {@code position} says what it is
   */
  TailContent(
      TailSettings settings,
      TailSeries series,
      Spot spot,
      @Nullable FileChannel channel,
      long offset,
      @Nullable TailPosition position,
      long nanos)
      throws IOException {
    this.settings = settings;
    this.series = series;
    this.spot = spot;
    this.channel = channel;
    this.readTo = offset;
    this.done = offset;
    this.position = position;
    this.quietSince = nanos;
    this.isOver = channel == null;
    this.splitter =
        new LineSplitter(
            spot.path(), offset, settings.charset(), settings.maxLine(), settings.onLongLine());
    if (channel != null) {
      mark = Print.bytesBefore(channel, offset);
      growHead(channel);
      hasMore = true;
    } else if (position != null) {
      head = position.head();
    }
  }

  String key() {
    return spot.key();
  }

  Spot spot() {
    return spot;
  }

  long readTo() {
    return readTo;
  }

  boolean isLive() {
    return isThere && spot.isLive();
  }

  boolean isOpen() {
    return channel != null;
  }

  boolean wasRead() {
    return wasRead;
  }

  /** Whether there may be something to be read. */
  boolean hasMore() {
    return hasMore || isRestDue;
  }

  // ---- where it is

  /**
   * The file was seen.
   *
   * @return false if it has other content by now, which was found out without reading on
   */
  boolean seen(Spot now, long nanos) throws IOException {
    if (channel == null && (!now.isAsItWas(spot) || now.size() != readTo)) {
      FileChannel opened = now.open();
      if (opened == null) {
        return true; // it was renamed just now: seen under that name next time
      }
      if (!isIn(opened)) {
        opened.close();
        return false;
      }
      channel = opened;
    }
    boolean wasLive = isLive();
    hasMore |= channel != null && (!now.isAsItWas(spot) || now.size() != readTo);
    spot = now;
    isThere = true;
    if (isLive()) {
      isOver = false;
    } else if (wasLive) {
      quietSince = nanos;
    }
    return true;
  }

  /** Whether a file that was opened again has what was read of it. */
  private boolean isIn(FileChannel opened) throws IOException {
    byte[] before = Print.bytesBefore(opened, readTo);
    TailPosition known = position;
    boolean isSame =
        (mark.length == 0 && known != null)
            ? known.mark().isBefore(opened, known.offset())
            : Arrays.equals(before, mark);
    mark = isSame ? before : mark;
    return isSame;
  }

  /** The file has none of the names; what is open of it can still be read. */
  void unseen(long nanos) throws IOException {
    if (isThere) {
      isThere = false;
      quietSince = nanos;
    }
    FileChannel open = channel;
    if (open != null && open.size() != readTo) {
      hasMore = true;
    }
  }

  boolean isThere() {
    return isThere;
  }

  /** It was copied there, and then truncated where it was. Returns what was open there. */
  @Nullable FileChannel moveTo(Spot copy, FileChannel opened) {
    FileChannel old = channel;
    spot = copy;
    channel = opened;
    isThere = true;
    hasMore = true;
    return old;
  }

  /** Gives up what is open, for the content that follows in the same file. */
  @Nullable FileChannel release() {
    FileChannel open = channel;
    channel = null;
    hasMore = false;
    isRestDue = false;
    return open;
  }

  // ---- its lines

  /**
   * Reads on.
   *
   * @param buffer at least chunk-size and {@link Print#BYTES} long
   * @return how many bytes, 0 at the end, or {@link #REPLACED}
   */
  int read(byte[] buffer, long nanos) throws IOException {
    FileChannel open = Objects.requireNonNull(channel);
    int known = mark.length;
    if (known < Math.min(Print.BYTES, readTo)) {
      return REPLACED; // just when it was opened
    }
    int length =
        open.read(ByteBuffer.wrap(buffer, 0, known + settings.chunkSize()), readTo - known);
    if (known > 0 && (length < known || !Arrays.equals(buffer, 0, known, mark, 0, known))) {
      return REPLACED;
    }
    int fresh = Math.max(0, length - known);
    if (fresh == 0) {
      hasMore = false;
      return 0;
    }
    wasRead = true;
    isOver = false;
    isRestDue = false;
    quietSince = nanos;
    splitter.feed(buffer, known, fresh);
    readTo += fresh;
    int keep = Math.min(Print.BYTES, length);
    if (mark.length != keep) {
      mark = new byte[keep];
    }
    System.arraycopy(buffer, length - keep, mark, 0, keep);
    growHead(open);
    return fresh;
  }

  private void growHead(FileChannel open) throws IOException {
    if (!head.isTelling() && readTo > head.length()) {
      head = Print.before(open, Math.min(readTo, Print.BYTES));
    }
  }

  /** The lines of what was read last. */
  TailBatch lines() throws LineTooLongException {
    TailBatch batch = series.newBatch(this);
    try {
      for (String line = splitter.next(); line != null; line = splitter.next()) {
        add(batch, line);
      }
    } catch (LineTooLongException tooLong) {
      if (batch.size() == 0) {
        throw tooLong;
      }
      batch.failedWith(tooLong);
    }
    return batch;
  }

  /** Nothing more is expected of a file that was rotated away or deleted and is quiet for long. */
  void lookWhetherOver(long nanos) {
    if (!isLive()
        && channel != null
        && !hasMore
        && !isOver
        && nanos - quietSince >= settings.rotatedWait().toNanos()) {
      isOver = true;
      isRestDue = true;
    }
  }

  boolean isRestDue() {
    return isRestDue && !hasMore;
  }

  /** What follows the last terminator. */
  TailBatch rest() throws LineTooLongException {
    isRestDue = false;
    TailBatch batch = series.newBatch(this);
    String line = splitter.last();
    if (line != null) {
      add(batch, line);
    }
    return batch;
  }

  private void add(TailBatch batch, String line) {
    batch.add(
        new TailLine(line, spot.path(), spot.key(), splitter.lineOffset()), splitter.lineEnd());
  }

  // ---- how far it is done

  void opened() {
    openBatches++;
  }

  void closed(long end) {
    openBatches--;
    done(end);
  }

  /** Whether all is done that was handed over. */
  boolean isDone() {
    return openBatches == 0;
  }

  void done(long end) {
    done = Math.max(done, end);
  }

  /** The position from which to go on after a restart. */
  TailPosition position() throws IOException {
    if (openBatches == 0 && wasRead && splitter.lineEnd() > done) {
      done = splitter.lineEnd(); // of lines that are left out
    }
    TailPosition known = position;
    if (known == null
        || known.offset() != done
        || !known.key().equals(key())
        || !known.head().equals(head)
        || !known.path().equals(spot.path().toString())) {
      Print before =
          channel != null
              ? Print.before(channel, done)
              : known != null && known.offset() == done ? known.mark() : Print.NONE;
      known = new TailPosition(key(), spot.path().toString(), done, before, head);
      position = known;
    }
    return known;
  }

  /** Makes a new {@link #position} if the file is done further; whether it did. */
  boolean hasMoved() throws IOException {
    TailPosition before = position;
    return !position().equals(before);
  }

  /** Whether the file has other content by now. If not, what was read of it just before was its. */
  boolean isReplaced() throws IOException {
    return channel != null && !Arrays.equals(mark, Print.bytesBefore(channel, readTo));
  }

  /** Closes the file once nothing is expected of it and all is done. */
  void closeIfOver() throws IOException {
    if (isOver && !hasMore() && openBatches == 0 && channel != null) {
      var unused = position(); // while it can be read
      close();
    }
  }

  /**
   * Whether it is gone, with all that was in it done. Not at once: a directory that is listed while
   * files in it are renamed may leave one out.
   */
  boolean isForgotten(long nanos) {
    return !isThere && channel == null && nanos - quietSince >= settings.rotatedWait().toNanos();
  }

  void close() throws IOException {
    FileChannel open = channel;
    channel = null;
    hasMore = false;
    if (open != null) {
      open.close();
    }
  }

  // ---- whether another file is a copy

  /** Whether a file has what was read of this one, and so may have more of it. */
  boolean isContinuedIn(FileChannel other) throws IOException {
    if (mark.length < Print.BYTES || other.size() < readTo) {
      return false;
    }
    return Arrays.equals(mark, Print.bytesBefore(other, readTo));
  }

  /** Whether a file is a copy of the beginning of what is there of this one now. */
  boolean beginsWith(FileChannel other, long size) throws IOException {
    FileChannel open = channel;
    if (open == null || size < Print.BYTES || open.size() < size) {
      return false;
    }
    return Arrays.equals(Print.bytesBefore(open, size), Print.bytesBefore(other, size));
  }

  /** Whether a file begins as what was read of this one, and is shorter. */
  boolean isCutIn(FileChannel other) throws IOException {
    return head.isTelling() && other.size() < readTo && head.isBefore(other, head.length());
  }

  @Override
  public String toString() {
    return spot.path() + "@" + readTo;
  }
}
