package dev.connectors.core;

import java.io.IOException;

/** A checkpoint is there, but is not what was saved: cut off, altered, or something else. */
public final class CorruptCheckpointException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String name;

  /**
   * @param name of the checkpoint
   * @param place where it is stored, for example its file
   * @param why what is wrong with it
   */
  public CorruptCheckpointException(String name, String place, String why) {
    super(
        "checkpoint '%s' in %s is damaged: %s. Restore it, or delete it to let the source begin anew"
            .formatted(name, place, why));
    this.name = name;
  }

  /** The checkpoint's name. */
  public String name() {
    return name;
  }
}
