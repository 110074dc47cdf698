package dev.connectors.file.internal;

import dev.connectors.file.OutsideRootException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The directory that paths must not lead out of, or none. */
public final class Root {
  private final @Nullable Path root;

  public Root(@Nullable Path root) {
    this.root = root == null ? null : root.toAbsolutePath().normalize();
  }

  /**
   * The path to use. With a root, no part of it that exists is a link: what is opened by it, last
   * part included, is where it seems to be.
   */
  public Path resolve(Path path) throws IOException {
    Path base = root;
    if (base == null) {
      return path;
    }
    Path absolute = base.resolve(path).normalize();
    if (!absolute.startsWith(base)) {
      throw new OutsideRootException(path, base, "leads out of the root");
    }
    Path existing = absolute;
    while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
      existing = parent(existing);
    }
    // Of a link that leads nowhere this fails: where it would lead can't be told.
    Path real = existing.toRealPath();
    if (!real.startsWith(base.toRealPath())) {
      throw new OutsideRootException(path, base, "leads out of the root through a symbolic link");
    }
    return real.resolve(existing.relativize(absolute)).normalize();
  }

  /** The same for what is renamed or deleted: a link as the last part is meant itself. */
  public Path resolveEntry(Path path) throws IOException {
    Path base = root;
    if (base == null) {
      return path;
    }
    Path absolute = base.resolve(path).normalize();
    if (!absolute.startsWith(base) || absolute.equals(base)) {
      throw new OutsideRootException(path, base, "leads out of the root");
    }
    return resolve(parent(absolute)).resolve(absolute.getFileName());
  }

  private static Path parent(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IOException(path + " has no parent");
    }
    return parent;
  }
}
