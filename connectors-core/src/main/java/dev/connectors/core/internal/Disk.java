package dev.connectors.core.internal;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The steps that make a file durable, one by one: a test lets each of them fail. */
public class Disk {
  /** Directories can't be opened there, and renames need no sync. */
  private static final boolean SYNCS_DIRECTORIES = File.separatorChar == '/';

  /** Makes the directory with its parents, durably. */
  public void createDirectory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      createDirectory(parent);
    }
    Files.createDirectories(directory);
    if (parent != null) {
      syncDirectory(parent);
    }
  }

  /** An empty file, whether or not it was there; a link in its place is refused. */
  public FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE,
        LinkOption.NOFOLLOW_LINKS);
  }

  public void write(FileChannel file, ByteBuffer content) throws IOException {
    while (content.hasRemaining()) {
      file.write(content);
    }
  }

  /**
   * Appends a part of another file, without its passing through memory of ours where the system can
   * do that.
   *
   * @return how many bytes, 0 at the end of the other
   */
  public long transfer(FileChannel from, long position, long count, FileChannel to)
      throws IOException {
    return from.transferTo(position, count, to);
  }

  public void sync(FileChannel file) throws IOException {
    file.force(true);
  }

  /** In one step, in place of what is there. */
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Gives the file one name more; fails if that is taken, or where links are refused. */
  public void link(Path file, Path name) throws IOException {
    Files.createLink(name, file);
  }

  /** Makes durable what the directory lists. */
  public void syncDirectory(Path directory) throws IOException {
    if (SYNCS_DIRECTORIES) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
