package dev.connectors.testkit;

import java.nio.file.Path;

/**
 * A real server that a test may pause, kill and restart: a local process or a container, see {@link
 * ServerSupply}. It is reached from this machine alone, unless the Docker daemon's is another.
 *
 * <p>Its port and data stay the same from the first {@link #start()} to {@link #close()}, so
 * clients reconnect to what they left. A {@link PubSubServer} has no data that stays.
 *
 * <p>It never outlives the JVM that started it. Should that one be killed, a local process ends by
 * itself and a container is removed by Testcontainers' Ryuk. Where Ryuk is disabled, a killed JVM
 * leaves its containers, which the next one that starts a container removes.
 *
 * <p>Thread-safe. The methods block until the server has reached the new state.
 */
public interface TestServer extends AutoCloseable {
  /**
   * Starts the server and returns when it accepts requests; does nothing while it runs. The very
   * first start on a machine downloads the server, or pulls its image.
   *
   * @throws ServerStartException if it does not start, with the end of its log
   * @throws IllegalStateException if it has been closed
   */
  TestServer start();

  /** Stops the server in good order, its data and port kept; does nothing while it doesn't run. */
  void stop();

  /** Ends the server with SIGKILL; does nothing while it doesn't run. */
  void kill();

  /** Starts the server on its port and data again, after {@link #stop()} if it runs. */
  TestServer restart();

  /**
   * Freezes the server, a process with SIGSTOP and a container as {@code docker pause} does:
   * connections stay open and nothing answers. Does nothing while it is paused.
   *
   * @throws IllegalStateException if it doesn't run
   * @throws UnsupportedOperationException for a local process where there are no such signals
   *     (Windows)
   */
  void pause();

  /** Ends a {@link #pause()}; does nothing without one. */
  void resume();

  /** Whether the server's process is alive, paused or not. */
  boolean isRunning();

  /** Whether the server is alive and {@linkplain #pause() paused}. */
  boolean isPaused();

  /**
   * The process id, which changes with every start; a container's is that on the machine of the
   * Docker daemon.
   *
   * @throws IllegalStateException if the server doesn't run
   */
  long pid();

  /**
   * The host that clients connect to: {@code 127.0.0.1} but for a Docker daemon elsewhere; the
   * {@linkplain #proxy() proxy}'s for a server that has one.
   */
  String host();

  /**
   * The port that clients connect to; the same before, between and after starts. The {@linkplain
   * #proxy() proxy}'s for a server that has one.
   */
  int port();

  /**
   * The network before a server that was created with {@code withProxy()}, to be cut, slowed and
   * healed. It goes on over restarts, with the toxics that it has, until {@link #close()}.
   *
   * @throws IllegalStateException if the server was created without
   */
  TcpProxy proxy();

  /**
   * How the server is supplied: {@link ServerSupply#LOCAL} or {@link ServerSupply#CONTAINERS}. The
   * first to ask, or to start the server, decides what {@link ServerSupply#AUTO} is, which may take
   * a pull.
   *
   * @throws ServerStartException if it must be a container and can't be
   */
  ServerSupply supply();

  /** The version that runs. */
  String version();

  /**
   * The server's standard output and error, appended to over restarts. Lies below {@code target} of
   * the working directory and stays there; where there is no {@code target}, below the temporary
   * directory until {@link #close()}.
   *
   * @throws IllegalStateException if the server was never started
   */
  Path logFile();

  /** Stops the server for good, paused or not, and deletes its data unless you named the place. */
  @Override
  void close();
}
