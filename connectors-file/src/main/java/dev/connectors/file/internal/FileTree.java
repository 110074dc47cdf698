package dev.connectors.file.internal;

import dev.connectors.file.ChangeSettings;
import dev.connectors.file.ExistingFiles;
import dev.connectors.file.FileChange;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files below a directory as they were seen last, and which of them are still being written.
 * What happened meanwhile is told by looking: so it does not matter which events were lost. Links
 * are left alone. For one thread.
 */
final class FileTree {
  /** Has a directory watched, before what is in it is looked at. */
  interface Watching {
    void watch(Path directory) throws IOException;
  }

  private final ChangeSettings settings;
  private final Watching watching;
  private final long settleNanos;

  private final NavigableMap<Path, Entry> entries = new TreeMap<>();
  private final Map<Path, Entry> unsettled = new LinkedHashMap<>();

  /** What went away in the last settling time: it may have been renamed. */
  private final Map<String, Entry> gone = new HashMap<>();

  private final List<FileChange> deleted = new ArrayList<>();
  private boolean isFirst = true;

  private static final class Entry {
    final Path path;
    final String key;
    long size;
    long modified;
    long sameSince;
    boolean isAnnounced;
    long goneAt;

    Entry(Path path, Spot now) {
      this.path = path;
      this.key = now.key();
      this.size = now.size();
      this.modified = now.modified();
    }

    boolean isAs(Spot now) {
      return size == now.size() && modified == now.modified() && key.equals(now.key());
    }
  }

  FileTree(ChangeSettings settings, Watching watching) {
    this.settings = settings;
    this.watching = watching;
    this.settleNanos = settings.settleTime().toNanos();
  }

  /** Looks at a directory and all below it, also for what is gone. */
  void lookBelow(Path directory, long nanos) throws IOException {
    Set<Path> seen = new HashSet<>();
    walk(directory, nanos, seen);
    for (Path path : List.copyOf(below(directory).keySet())) {
      if (!seen.contains(path)) {
        remove(path, nanos);
      }
    }
    isFirst = false;
  }

  private void walk(Path directory, long nanos, Set<Path> seen) throws IOException {
    watching.watch(directory);
    List<Path> directories = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path path : stream) {
        BasicFileAttributes attributes = attributes(path);
        if (attributes != null && attributes.isDirectory()) {
          directories.add(path);
        } else if (attributes != null && attributes.isRegularFile()) {
          note(path, Spot.of(path, attributes, true), nanos);
          seen.add(path);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException gone) {
      return; // its entries are removed
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    for (Path path : directories) {
      walk(path, nanos, seen);
    }
  }

  /** Looks at what has one name. */
  void look(Path path, long nanos) throws IOException {
    BasicFileAttributes attributes = attributes(path);
    if (attributes != null && attributes.isRegularFile()) {
      removeBelow(path, nanos);
      note(path, Spot.of(path, attributes, true), nanos);
    } else if (attributes != null && attributes.isDirectory()) {
      remove(path, nanos);
      lookBelow(path, nanos);
    } else {
      remove(path, nanos);
      removeBelow(path, nanos);
    }
  }

  private static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException | NotDirectoryException gone) {
      return null;
    }
  }

  private void note(Path path, Spot now, long nanos) throws IOException {
    Entry known = entries.get(path);
    if (known != null && known.isAs(now)) {
      return;
    }
    Entry entry = new Entry(path, now);
    entry.isAnnounced = known != null && known.isAnnounced;
    entries.put(path, entry);
    if (entries.size() > settings.maxFiles()) {
      throw new IOException(
          "more files than max-files, %d: raise it, or watch a smaller tree"
              .formatted(settings.maxFiles()));
    }
    if (isFirst && settings.existing() == ExistingFiles.IGNORE) {
      entry.isAnnounced = true;
      return;
    }
    Entry renamed = gone.get(now.key());
    if (renamed != null && renamed.isAs(now)) {
      entry.sameSince = nanos - settleNanos;
    } else {
      // A file that was moved here has not been written for as long as its time says.
      long age = (System.currentTimeMillis() - now.modified()) * 1_000_000;
      entry.sameSince = nanos - Math.max(0, Math.min(settleNanos, age));
    }
    unsettled.put(path, entry);
  }

  private NavigableMap<Path, Entry> below(Path directory) {
    // What begins with a path stands together behind it.
    NavigableMap<Path, Entry> tail = entries.tailMap(directory, false);
    NavigableMap<Path, Entry> found = new TreeMap<>();
    for (Map.Entry<Path, Entry> one : tail.entrySet()) {
      if (one.getKey().startsWith(directory)) {
        found.put(one.getKey(), one.getValue());
      } else if (!one.getKey().toString().startsWith(directory.toString())) {
        break;
      }
    }
    return found;
  }

  private void removeBelow(Path directory, long nanos) {
    for (Path path : List.copyOf(below(directory).keySet())) {
      remove(path, nanos);
    }
  }

  private void remove(Path path, long nanos) {
    Entry known = entries.remove(path);
    unsettled.remove(path);
    if (known != null) {
      known.goneAt = nanos;
      gone.put(known.key, known);
      if (known.isAnnounced) {
        deleted.add(new FileChange(FileChange.Kind.DELETED, path, known.size));
      }
    }
  }

  /** What can be announced by now. */
  List<FileChange> settled(long nanos) throws IOException {
    List<FileChange> changes = new ArrayList<>(deleted);
    deleted.clear();
    List<Entry> due = new ArrayList<>();
    for (Entry entry : unsettled.values()) {
      if (nanos - entry.sameSince >= settleNanos) {
        due.add(entry);
      }
    }
    for (Entry entry : due) {
      look(entry.path, nanos); // once more: events may be late
      if (unsettled.get(entry.path) == entry) {
        unsettled.remove(entry.path);
        changes.add(
            new FileChange(
                entry.isAnnounced ? FileChange.Kind.MODIFIED : FileChange.Kind.CREATED,
                entry.path,
                entry.size));
        entry.isAnnounced = true;
      }
    }
    for (Iterator<Entry> i = gone.values().iterator(); i.hasNext(); ) {
      if (nanos - i.next().goneAt > settleNanos) {
        i.remove();
      }
    }
    changes.addAll(deleted);
    deleted.clear();
    return changes;
  }

  /** How long until there may be more to announce. */
  long nanosToNext(long nanos) {
    long next = Long.MAX_VALUE;
    for (Entry entry : unsettled.values()) {
      next = Math.min(next, settleNanos - (nanos - entry.sameSince));
    }
    return Math.max(0, next);
  }
}
