package dev.connectors.file.internal;

import dev.connectors.core.internal.Disk;
import dev.connectors.file.Copy;
import dev.connectors.file.ExistingPolicy;
import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.Move;
import dev.connectors.file.SyncPolicy;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is done with files as a whole; each can be repeated after a crash. */
public final class Operations {
  private final FileWriteSettings settings;
  private final Root root;
  private final Disk disk = new Disk();

  public Operations(FileWriteSettings settings) {
    this.settings = settings;
    this.root = new Root(settings.root().orElse(null));
  }

  public Move move(Move move) throws IOException {
    Path from = root.resolveEntry(move.from());
    Path to = root.resolveEntry(move.to());
    if (!exists(from)) {
      if (exists(to)) {
        return move;
      }
      throw new NoSuchFileException(from.toString());
    }
    if (!isOneFileSystem(from, to)) {
      moveByCopy(from, to);
    } else if (Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
      refuseExisting(to);
      disk.rename(from, to);
    } else if (settings.existing() == ExistingPolicy.FAIL && isOneFile(from, to)) {
      Files.delete(from); // a move was interrupted between its two steps
    } else {
      DraftFile.publish(from, to, settings.existing(), disk);
    }
    syncEntry(to);
    syncEntry(from);
    return move;
  }

  public Copy copy(Copy copy) throws IOException {
    Path from = root.resolve(copy.from());
    if (Files.isDirectory(from)) {
      throw new FileSystemException(from.toString(), null, "is a directory");
    }
    try (FileChannel content = FileChannel.open(from, StandardOpenOption.READ)) {
      DraftFile draft = new DraftFile(copy.to(), settings);
      try {
        draft.writeAll(content);
        var unused = draft.complete();
      } catch (IOException | RuntimeException e) {
        abort(draft, e);
        throw e;
      }
    }
    return copy;
  }

  public Path delete(Path path) throws IOException {
    Path entry = root.resolveEntry(path);
    if (Files.deleteIfExists(entry)) {
      syncEntry(entry);
    }
    return path;
  }

  public Path mkdirs(Path path) throws IOException {
    Path directory = root.resolve(path);
    if (settings.sync() == SyncPolicy.FILE_AND_DIRECTORY) {
      disk.createDirectory(directory);
    } else {
      Files.createDirectories(directory);
    }
    return path;
  }

  private static void abort(DraftFile draft, Exception cause) {
    try {
      draft.abort();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private void moveByCopy(Path from, Path to) throws IOException {
    boolean isFile = Files.isRegularFile(from, LinkOption.NOFOLLOW_LINKS);
    if (Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
      refuseExisting(to);
      try (Stream<Path> within = Files.list(from)) {
        if (within.findAny().isPresent()) {
          throw new DirectoryNotEmptyException(from.toString());
        }
      }
    }
    Path draft = DraftFile.draftOf(to);
    try {
      Files.copy(from, draft, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
      if (isFile && settings.sync() != SyncPolicy.NEVER) {
        try (FileChannel copied = FileChannel.open(draft, StandardOpenOption.WRITE)) {
          disk.sync(copied);
        }
      }
      if (isFile) {
        DraftFile.publish(draft, to, settings.existing(), disk);
      } else {
        disk.rename(draft, to);
      }
    } finally {
      Files.deleteIfExists(draft);
    }
    syncEntry(to); // before the only other copy is deleted
    Files.delete(from);
  }

  private void refuseExisting(Path to) throws FileAlreadyExistsException {
    if (settings.existing() == ExistingPolicy.FAIL && exists(to)) {
      throw new FileAlreadyExistsException(to.toString());
    }
  }

  private void syncEntry(Path path) throws IOException {
    if (settings.sync() == SyncPolicy.FILE_AND_DIRECTORY) {
      disk.syncDirectory(DraftFile.parent(path));
    }
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether both are names of one file, so that one of them may go; not if they are one name. */
  private static boolean isOneFile(Path from, Path to) throws IOException {
    if (!exists(to) || entry(from).equals(entry(to))) {
      return false;
    }
    Object key = key(from);
    return key != null
        && key.equals(key(to))
        && (int) Files.getAttribute(from, "unix:nlink", LinkOption.NOFOLLOW_LINKS) > 1;
  }

  /** Where a name is, however it is spelled. */
  private static Path entry(Path path) throws IOException {
    return DraftFile.parent(path).toRealPath().resolve(path.getFileName());
  }

  private static @Nullable Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  private static boolean isOneFileSystem(Path from, Path to) throws IOException {
    return Files.getFileStore(DraftFile.parent(from))
        .equals(Files.getFileStore(DraftFile.parent(to)));
  }
}
