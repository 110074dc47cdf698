package dev.connectors.file.internal;

import java.time.Duration;
import org.apache.pekko.stream.Materializer;

/** How long a stage waits for a source that it has given away. */
final class Timeouts {
  private Timeouts() {}

  /** As long as Pekko's own operators do. */
  static Duration unread(Materializer materializer) {
    return materializer
        .system()
        .settings()
        .config()
        .getDuration("pekko.stream.materializer.subscription-timeout.timeout");
  }
}
