package dev.connectors.testkit.internal;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How to start a server's container, and how to tell that it is ready.
 *
 * @param name what to call the server in messages
 * @param image with its tag
 * @param containerPort that the server listens on, in the container
 * @param host that clients reach it at
 * @param port that clients reach it at, always
 * @param environment of the container, which configures the server
 * @param command what to run in it; empty for what the image runs by itself
 * @param ready whether the server accepts requests
 * @param startTimeout how long to wait for that
 */
public record ContainerSpec(
    String name,
    String image,
    int containerPort,
    String host,
    int port,
    Map<String, String> environment,
    List<String> command,
    Ready ready,
    Duration startTimeout) {

  /** Tells whether a server that has been started accepts requests. */
  public interface Ready {
    /** Whether it does, by what it has logged since the start or by asking it. */
    boolean holds(LogTail log);
  }
}
