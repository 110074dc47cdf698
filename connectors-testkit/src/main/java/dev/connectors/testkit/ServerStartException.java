package dev.connectors.testkit;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A server did not start; the message says why and quotes the end of its log. */
public final class ServerStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Path logFile;

  /** For a server that wrote no log: it was never forked. */
  public ServerStartException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.logFile = null;
  }

  /** For a server that was forked and wrote {@code logFile}. */
  public ServerStartException(String message, Path logFile) {
    super(message);
    this.logFile = logFile;
  }

  /** The whole log; null where the server was never forked. */
  public @Nullable Path logFile() {
    return logFile;
  }
}
