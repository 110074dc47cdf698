package dev.connectors.file.internal;

import dev.connectors.core.internal.InFlight;
import dev.connectors.core.internal.Lane;
import dev.connectors.file.TailSettings;
import dev.connectors.file.TailStart;
import dev.connectors.file.TailedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a tail: which there are, what becomes of them, and what is read next. Files are
 * known by their keys, so a renamed one is read on; by {@link Print prints} it is seen that a key
 * has other content, and where the copy is of what was truncated. For one thread.
 */
public final class Tailing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tailing.class);

  private final TailSettings settings;
  private final TailScan scan;
  private final byte[] buffer;

  private final Map<String, TailContent> contents = new HashMap<>();
  private final SeriesByName series;

  /** Rotated files not seen before: what they are is told when they are no longer written. */
  private final Map<String, Spot> newRotated = new HashMap<>();

  /** Truncated ones without a copy that is known: what they had is still being settled. */
  private final List<TailContent> abandoned = new ArrayList<>();

  private List<TailContent> order = List.of();
  private int liveTurn;
  private long now;

  /**
   * @param window null for a plain source
   */
  public Tailing(TailedFiles files, TailSettings settings, @Nullable InFlight window)
      throws IOException {
    this.settings = settings;
    this.series = new SeriesByName(window);
    this.scan = new TailScan(files, settings.root().orElse(null));
    this.buffer = new byte[Print.BYTES + settings.chunkSize()];
  }

  // ---- the first look

  /** Begins where {@code start} says. What was rotated before is not read. */
  public void begin(long nanos) throws IOException {
    now = nanos;
    List<Spot> found = byAge(scan.look().values());
    series.name(found);
    for (Spot spot : found) {
      if (!spot.isLive()) {
        addKnown(spot);
      } else if (settings.start() == TailStart.END) {
        FileChannel channel = spot.open();
        if (channel != null) {
          add(spot, channel, lastLine(channel));
        }
      } else {
        addNew(spot);
      }
    }
    arrange();
  }

  /** Goes on from positions, wherever the files are by now. */
  public void resume(Collection<TailPosition> positions, long nanos) throws IOException {
    now = nanos;
    Map<String, Spot> found = scan.look();
    series.name(found.values());
    List<Spot> rotated = byAge(found.values()).stream().filter(spot -> !spot.isLive()).toList();
    List<TailPosition> lost = new ArrayList<>();
    for (TailPosition position : positions) {
      Spot spot = found.get(position.key());
      if (spot != null && goOn(position, spot)) {
        found.remove(position.key());
      } else {
        lost.add(position);
      }
    }
    Map<Path, Map<String, Spot>> beside = new HashMap<>();
    for (TailPosition position : lost) {
      find(position, found, rotated, beside);
    }
    for (Spot spot : byAge(found.values())) {
      if (spot.isLive()) {
        addNew(spot);
      } else {
        newRotated.put(spot.key(), spot);
      }
    }
    arrange();
  }

  private boolean goOn(TailPosition position, Spot spot) throws IOException {
    FileChannel channel = spot.open();
    if (channel == null) {
      return false;
    }
    if (!position.mark().isBefore(channel, position.offset())) {
      channel.close();
      return false;
    }
    if (!spot.isLive() && spot.size() == position.offset()) {
      channel.close();
      put(newContent(spot, null, position.offset(), position));
    } else {
      put(newContent(spot, channel, position.offset(), position));
    }
    return true;
  }

  /** Its file has other names, or it was copied and then truncated or deleted. */
  private void find(
      TailPosition position,
      Map<String, Spot> found,
      List<Spot> rotated,
      Map<Path, Map<String, Spot>> beside)
      throws IOException {
    Path path = Path.of(position.path());
    Path directory = path.getParent();
    if (directory != null) {
      Map<String, Spot> all = beside.get(directory);
      if (all == null) {
        all = scan.lookAtAll(directory);
        beside.put(directory, all);
      }
      Spot renamed = all.get(position.key());
      if (renamed != null && goOn(position, renamed)) {
        found.remove(position.key()); // it was renamed just now
        return;
      }
    }
    if (position.mark().isTelling()) {
      for (Spot spot : rotated) {
        // Also one that was taken for the copy of what was still read at its first place.
        TailContent known = contents.get(spot.key());
        if (spot.isBeside(path)
            && !spot.key().equals(position.key())
            && (known == null || !known.isOpen())
            && goOn(position.movedTo(spot), spot)) {
          found.remove(spot.key());
          return;
        }
      }
    }
    LOG.warn(
        "{} is gone or truncated, and no copy of it is found: what it had after byte {} and was not done is lost",
        path,
        position.offset());
  }

  /** Where the line begins that ends, or will, at the end of the file. */
  private long lastLine(FileChannel channel) throws IOException {
    long size = channel.size();
    long from = Math.max(0, size - settings.chunkSize());
    ByteBuffer bytes = ByteBuffer.allocate((int) (size - from));
    while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {}
    for (int i = bytes.position() - 1; i >= 0; i--) {
      if (bytes.get(i) == '\n') {
        return from + i + 1;
      }
    }
    return from == 0 ? 0 : size;
  }

  // ---- the later ones

  /** Looks what has grown, come, gone and been renamed. */
  public void look(long nanos) throws IOException {
    now = nanos;
    series.settle();
    Map<String, Spot> found = scan.look();
    for (TailContent content : List.copyOf(contents.values())) {
      Spot spot = found.get(content.key());
      if (spot == null) {
        content.unseen(now);
      } else if (isStillCopied(content, spot)) {
        found.remove(spot.key());
        continue;
      } else if (content.seen(spot, now)) {
        found.remove(content.key());
      } else {
        contents.remove(content.key());
      }
      content.lookWhetherOver(now);
      content.closeIfOver();
      if (content.isForgotten(now)) {
        contents.remove(content.key(), content);
      }
    }
    newRotated.keySet().retainAll(found.keySet());
    for (Spot spot : byAge(found.values())) {
      if (spot.isLive()) {
        addNew(spot);
      } else if (spot.isAsItWas(newRotated.put(spot.key(), spot)) && spot.size() > 0) {
        newRotated.remove(spot.key());
        addRotated(spot);
      }
    }
    abandoned.removeIf(TailContent::isDone);
    arrange();
  }

  private void addNew(Spot spot) throws IOException {
    FileChannel channel = spot.open();
    if (channel != null) {
      add(spot, channel, 0);
    }
  }

  /** Rotated twice before it was seen, or a copy of one that is known. */
  private void addRotated(Spot spot) throws IOException {
    FileChannel channel = spot.open();
    if (channel == null) {
      return;
    }
    for (TailContent content : contents.values()) {
      if (spot.isBeside(content.spot().path()) && content.beginsWith(channel, spot.size())) {
        channel.close();
        addKnown(spot);
        return;
      }
    }
    add(spot, channel, 0);
  }

  /**
   * What was taken for a whole copy has grown, and still has nothing that is not read at its first
   * place: the copying had only paused.
   */
  private boolean isStillCopied(TailContent known, Spot spot) throws IOException {
    if (spot.isLive() || known.isOpen() || known.wasRead() || spot.isAsItWas(known.spot())) {
      return false;
    }
    FileChannel channel = spot.open();
    if (channel == null) {
      return false;
    }
    try (channel) {
      for (TailContent content : contents.values()) {
        if (content == known || !spot.isBeside(content.spot().path())) {
          continue;
        }
        if (content.beginsWith(channel, spot.size())) {
          addKnown(spot);
          return true;
        }
        if (content.isReplaced() && content.isContinuedIn(channel)) {
          return true; // that moves there when it is read
        }
      }
    }
    return false;
  }

  /** Nothing of it is to be read, unless it grows. */
  private void addKnown(Spot spot) throws IOException {
    FileChannel channel = spot.open();
    if (channel == null) {
      return;
    }
    try (channel) {
      Print head = Print.before(channel, Math.min(spot.size(), Print.BYTES));
      TailPosition position =
          new TailPosition(
              spot.key(),
              spot.path().toString(),
              spot.size(),
              Print.before(channel, spot.size()),
              head);
      put(newContent(spot, null, spot.size(), position));
    }
  }

  private void add(Spot spot, FileChannel channel, long offset) throws IOException {
    put(newContent(spot, channel, offset, null));
  }

  private TailContent newContent(
      Spot spot, @Nullable FileChannel channel, long offset, @Nullable TailPosition position)
      throws IOException {
    return new TailContent(settings, series.of(spot), spot, channel, offset, position, now);
  }

  private void put(TailContent content) throws IOException {
    contents.put(content.key(), content);
    if (contents.size() > settings.maxFiles()) {
      throw new IOException(
          "more files than max-files, %d: raise it, or let fewer names match"
              .formatted(settings.maxFiles()));
    }
  }

  /** Rotated files come first, the oldest before the others; of what is tailed each in turn. */
  private void arrange() {
    order =
        contents.values().stream()
            .filter(TailContent::isOpen)
            .sorted(
                Comparator.comparing(TailContent::isLive)
                    .thenComparing(content -> content.isLive() ? 0 : content.spot().modified()))
            .toList();
    Set<TailSeries> used = new HashSet<>();
    contents.values().forEach(content -> used.add(content.series));
    abandoned.forEach(content -> used.add(content.series));
    series.retain(used);
  }

  // ---- reading

  /**
   * Reads once.
   *
   * @return the lines of that, which may be none; null if there is nothing to be read
   */
  public @Nullable TailBatch read(long nanos) throws IOException {
    now = nanos;
    TailContent content = nextOne();
    if (content == null) {
      return null;
    }
    TailBatch batch;
    if (content.isRestDue()) {
      batch = content.rest();
    } else {
      int length = content.read(buffer, now);
      if (length == TailContent.REPLACED) {
        replaced(content);
        length = 0;
      }
      batch = length == 0 ? content.series.newBatch(content) : content.lines();
    }
    if (batch.size() > 0) {
      content.series.add(batch);
    }
    return batch;
  }

  private @Nullable TailContent nextOne() {
    int size = order.size();
    int firstLive = 0;
    while (firstLive < size && !order.get(firstLive).isLive()) {
      if (order.get(firstLive).hasMore()) {
        return order.get(firstLive);
      }
      firstLive++;
    }
    for (int i = firstLive; i < size; i++) {
      liveTurn++;
      TailContent content = order.get(firstLive + Math.floorMod(liveTurn, size - firstLive));
      if (content.hasMore()) {
        return content;
      }
    }
    return null;
  }

  // ---- truncation

  /** The file was truncated: what it had may be in a copy, and it has other content now. */
  private void replaced(TailContent content) throws IOException {
    Spot spot = content.spot();
    contents.remove(content.key());
    // The copy may be younger than the last look.
    FileChannel channel = moveIntoCopy(content, byAge(scan.look().values()));
    if (channel == null) {
      // Once more: it may have been renamed at that moment.
      channel = moveIntoCopy(content, byAge(scan.look().values()));
    }
    if (channel == null) {
      LOG.warn(
          "{} was truncated, and no copy of it is found: what it had after byte {} is lost",
          spot.path(),
          content.readTo());
      channel = content.release();
      abandoned.add(content);
    }
    add(spot, Objects.requireNonNull(channel), 0);
    arrange();
  }

  /** Returns what was open of it before, or null if there is no copy to read on in. */
  private @Nullable FileChannel moveIntoCopy(TailContent content, List<Spot> found)
      throws IOException {
    for (Spot spot : found) {
      if (!mayBeCopy(spot, content.spot())) {
        continue;
      }
      FileChannel channel = spot.open();
      if (channel == null) {
        continue;
      }
      if (content.isContinuedIn(channel)) {
        newRotated.remove(spot.key());
        contents.put(spot.key(), content);
        return content.moveTo(spot, channel);
      }
      try (channel) {
        if (content.isCutIn(channel) && !contents.containsKey(spot.key())) {
          newRotated.remove(spot.key());
          addKnown(spot); // it was made before the last that was read
        }
      }
    }
    return null;
  }

  private boolean mayBeCopy(Spot spot, Spot of) {
    TailContent known = contents.get(spot.key());
    return !spot.isLive()
        && !spot.key().equals(of.key())
        && spot.isBeside(of.path())
        && (known == null || (!known.wasRead() && !known.isOpen()));
  }

  private static List<Spot> byAge(Collection<Spot> spots) {
    return spots.stream()
        .sorted(Comparator.comparing(Spot::modified).thenComparing(Spot::path))
        .toList();
  }

  // ---- how far all is done

  /** The positions from which to go on after a restart. */
  public List<TailPosition> positions() throws IOException {
    series.settle();
    for (TailContent content : List.copyOf(contents.values())) {
      if (content.hasMoved() && content.isReplaced()) {
        replaced(content); // or the mark would be of what follows, and the copy not be found by it
      }
    }
    List<TailPosition> positions = new ArrayList<>(contents.size());
    for (TailContent content : contents.values()) {
      positions.add(content.position());
    }
    return positions;
  }

  /** How many lines were settled by the last {@link #positions}. */
  long settled() {
    return series.settled();
  }

  /** The lanes, for the end. */
  List<Lane> lanes() {
    return series.lanes();
  }

  /** How many files are open. */
  int open() {
    return order.size();
  }

  @Override
  public void close() throws IOException {
    for (TailContent content : contents.values()) {
      content.close();
    }
    contents.clear();
    order = List.of();
  }
}
