package dev.connectors.testkit.internal;

/**
 * Where one server runs: the controls that {@code TestServer} describes, for the two ways there
 * are. Not thread-safe, but for {@link #isRunning}, {@link #isPaused}, {@link #pid} and {@link
 * #discard}.
 */
public interface Supply {
  /** Starts the server, on the data of the last time, and returns when it accepts requests. */
  void start();

  /** Ends it in good order, or with force where that takes too long; its data is kept. */
  void stop();

  /** Ends it with SIGKILL. */
  void kill();

  /** Freezes it; it is running. */
  void pause();

  /** Ends {@link #pause}. */
  void resume();

  /** Whether it is alive, paused or not. */
  boolean isRunning();

  /** Whether it is alive and frozen. */
  boolean isPaused();

  /** Its process id; it is running. */
  long pid();

  /** Removes what {@link #stop} has left; it will not be started again. */
  void remove();

  /** At the end of this JVM, for who doesn't close: ends and removes it as it is, at once. */
  void discard();
}
