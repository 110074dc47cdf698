package dev.connectors.file;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A path leads out of the directory that everything has to stay in. */
public final class OutsideRootException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  /**
   * @param path as it was given
   * @param why it is refused
   */
  public OutsideRootException(Path path, Path root, String why) {
    super(path.toString(), root.toString(), why);
  }
}
