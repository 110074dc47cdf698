package dev.connectors.file.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A file where it was seen.
 *
 * @param key what it keeps when it is renamed
 * @param path its name
 * @param size in bytes
 * @param modified in milliseconds
 * @param isLive whether its name is one of those to tail, and not of a rotated file
 */
record Spot(String key, Path path, long size, long modified, boolean isLive) {

  static Spot of(Path path, BasicFileAttributes attributes, boolean isLive) {
    Object key = attributes.fileKey();
    return new Spot(
        // Where files have none, a renamed file is another one.
        key == null ? path + "@" + attributes.creationTime() : key.toString(),
        path,
        attributes.size(),
        attributes.lastModifiedTime().toMillis(),
        isLive);
  }

  /** Null if the file is no longer there. */
  @Nullable FileChannel open() throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
    } catch (NoSuchFileException gone) {
      return null;
    }
    boolean isSame = false;
    try {
      // After the opening: what is open can't be another one that has taken the name meanwhile.
      isSame =
          of(path, Files.readAttributes(path, BasicFileAttributes.class), isLive).key.equals(key);
      return isSame ? channel : null;
    } catch (NoSuchFileException gone) {
      return null;
    } finally {
      if (!isSame) {
        channel.close();
      }
    }
  }

  /** Whether nothing was written since. */
  boolean isAsItWas(@Nullable Spot before) {
    return before != null && before.size == size && before.modified == modified;
  }

  boolean isBeside(Path other) {
    Path here = path.getParent();
    return here == null ? other.getParent() == null : here.equals(other.getParent());
  }
}
