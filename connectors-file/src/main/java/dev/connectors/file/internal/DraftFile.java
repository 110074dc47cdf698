package dev.connectors.file.internal;

import dev.connectors.core.internal.Disk;
import dev.connectors.file.ExistingPolicy;
import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.SyncPolicy;
import dev.connectors.file.WrittenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A file that is written under a temporary name beside its target, and gets the target's name when
 * it is complete. Not thread-safe.
 */
public final class DraftFile {
  private static final int LONGEST_STEM = 64;

  /** What a system copies in one call. */
  private static final long LARGEST_PART = 64L * 1024 * 1024;

  private static final int PROBE = 4096;

  private final Path target;
  private final Path draft;
  private final FileWriteSettings settings;
  private final Disk disk;
  private @Nullable ByteBuffer buffer; // null until something is written
  private @Nullable FileChannel channel;
  private long bytes;

  public DraftFile(Path path, FileWriteSettings settings) throws IOException {
    this(path, settings, new Disk());
  }

  DraftFile(Path path, FileWriteSettings settings, Disk disk) throws IOException {
    this.settings = settings;
    this.disk = disk;
    this.target = new Root(settings.root().orElse(null)).resolveEntry(path);
    if (settings.existing() == ExistingPolicy.FAIL) {
      refuseExisting();
    }
    this.draft = draftOf(target);
    this.channel = disk.create(draft);
  }

  /** Hidden, and not to be taken for the target by its ending. */
  static Path draftOf(Path target) throws IOException {
    Path name = target.getFileName();
    if (name == null) {
      throw new IOException(target + " is not a file's name");
    }
    String stem = name.toString();
    int length = Math.min(stem.length(), LONGEST_STEM);
    if (length < stem.length() && Character.isHighSurrogate(stem.charAt(length - 1))) {
      length--; // half a character is no name
    }
    long random = ThreadLocalRandom.current().nextLong();
    return target.resolveSibling(".%s.%016x.part".formatted(stem.substring(0, length), random));
  }

  private void refuseExisting() throws FileAlreadyExistsException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target.toString());
    }
  }

  public Path target() {
    return target;
  }

  /** How much was written, buffered or not. */
  public long bytes() {
    return bytes;
  }

  public void write(ByteString content) throws IOException {
    ByteBuffer gathered = buffer;
    if (gathered == null) {
      gathered = ByteBuffer.allocateDirect(settings.bufferSize());
      buffer = gathered;
    }
    bytes += content.size();
    if (content.size() > gathered.remaining()) {
      flush();
    }
    if (content.size() > gathered.remaining()) {
      for (ByteBuffer part : content.getByteBuffers()) {
        disk.write(open(), part);
      }
      return;
    }
    content.copyToBuffer(gathered);
    if (!gathered.hasRemaining()) {
      flush();
    }
  }

  private void flush() throws IOException {
    ByteBuffer gathered = buffer;
    if (gathered != null) {
      gathered.flip();
      disk.write(open(), gathered);
      gathered.clear();
    }
  }

  /** Writes all that a file has, to the end that it has then. */
  void writeAll(FileChannel content) throws IOException {
    flush();
    long position = 0;
    long part;
    do {
      part = disk.transfer(content, position, LARGEST_PART, open());
      position += part;
    } while (part > 0);
    bytes += position;
    // Files that have no size but content, as in /proc, are read to their end.
    ByteBuffer rest = ByteBuffer.allocate(PROBE);
    while (content.read(rest, position) > 0) {
      position += rest.flip().remaining();
      bytes += rest.remaining();
      disk.write(open(), rest);
      rest.clear();
    }
  }

  private FileChannel open() throws IOException {
    if (channel == null) {
      throw new IOException(target + " is no longer written");
    }
    return channel;
  }

  /** Gives the file its name; when this fails the file is to be aborted. */
  public WrittenFile complete() throws IOException {
    flush();
    try (FileChannel open = open()) {
      if (settings.sync() != SyncPolicy.NEVER) {
        disk.sync(open);
      }
    }
    channel = null;
    publish(draft, target, settings.existing(), disk);
    if (settings.sync() == SyncPolicy.FILE_AND_DIRECTORY) {
      disk.syncDirectory(parent(target));
    }
    return new WrittenFile(target, bytes);
  }

  static void publish(Path from, Path to, ExistingPolicy existing, Disk disk) throws IOException {
    if (existing == ExistingPolicy.REPLACE) {
      disk.rename(from, to);
      return;
    }
    try {
      // Unlike a rename, which replaces, this fails in one step when the name is taken.
      disk.link(from, to);
    } catch (FileAlreadyExistsException taken) {
      throw taken;
    } catch (UnsupportedOperationException | FileSystemException noLinks) {
      takeAndReplace(from, to, disk);
      return;
    }
    Files.delete(from);
  }

  /** Takes the name with an empty file, which nobody else can do then, and replaces that. */
  private static void takeAndReplace(Path from, Path to, Disk disk) throws IOException {
    Files.createFile(to);
    try {
      disk.rename(from, to);
    } catch (IOException | RuntimeException e) {
      giveBack(to, e);
      throw e;
    }
  }

  private static void giveBack(Path name, Exception cause) {
    try {
      if (Files.size(name) == 0) { // or somebody has written there meanwhile
        Files.delete(name);
      }
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }

  /** Leaves nothing behind, if the disk lets it; the target stays as it was. */
  public void abort() throws IOException {
    try {
      FileChannel open = channel;
      channel = null;
      if (open != null) {
        open.close();
      }
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
