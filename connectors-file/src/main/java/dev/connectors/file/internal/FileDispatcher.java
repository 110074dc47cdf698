package dev.connectors.file.internal;

import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.Attributes;

/** The dispatcher whose threads file calls may block. */
public final class FileDispatcher {
  /** Its key in the configuration. */
  public static final String ID = "connectors.file.dispatcher";

  private FileDispatcher() {}

  /** Runs a stage there, as an island of its own. */
  public static Attributes named(String stage) {
    return Attributes.name(stage).and(ActorAttributes.dispatcher(ID));
  }
}
