package dev.connectors.testkit.internal;

import dev.connectors.testkit.ServerStartException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run of a server's JVM.
 *
 * <p>Its standard input is a pipe whose other end this process holds and never writes to: the
 * launcher exits when the pipe ends. Output goes to a file without us, so that nothing of it is
 * lost when we die. Not thread-safe, but for {@link #destroy}.
 */
public final class ForkedJvm {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

  private final JvmCommand command;
  private final Process process;
  private volatile @Nullable PauseGuard pause;

  private ForkedJvm(JvmCommand command, Process process) {
    this.command = command;
    this.process = process;
  }

  /** Forks the JVM, which appends to {@code log}; it is not ready yet. */
  public static ForkedJvm fork(JvmCommand command, Path directory, Path log) {
    try {
      return new ForkedJvm(
          command,
          new ProcessBuilder(command.line())
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start());
    } catch (IOException failure) {
      throw new ServerStartException(
          command.name() + " could not be forked: " + failure.getMessage(), failure);
    }
  }

  /**
   * Returns once the server has logged its mark after {@code position}; otherwise ends it.
   *
   * @throws ServerStartException if the process ends before that, or the time does
   */
  public void awaitReady(LogTail log) {
    new ReadyWait(command.name(), command.startTimeout(), log)
        .await(() -> log.contains(command.readyMark()), this::endWithin, this::destroy);
  }

  private @Nullable String endWithin(Duration moment) throws InterruptedException {
    return process.waitFor(moment.toMillis(), TimeUnit.MILLISECONDS)
        ? "ended with exit code " + process.exitValue()
        : null;
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether the process lives. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Whether the process lives and is frozen. */
  public boolean isPaused() {
    return pause != null && isAlive();
  }

  /** Freezes the process, and has it killed should we die meanwhile. */
  public void pause() {
    if (pause == null) {
      pause = PauseGuard.pause(process.pid());
    }
  }

  /** Ends {@link #pause}. */
  public void resume() {
    PauseGuard paused = pause;
    if (paused != null) {
      paused.resume();
      pause = null;
    }
  }

  /** Lets the process end in good order; kills it if it takes too long. */
  public void stop() {
    resume();
    closeInput();
    if (!awaitEnd(STOP_TIMEOUT)) {
      destroy();
    } else if (command.archive() != null && process.exitValue() == 0) {
      command.archive().keep();
    }
  }

  /** SIGKILL. */
  public void destroy() {
    process.destroyForcibly();
    if (!awaitEnd(STOP_TIMEOUT)) {
      throw new IllegalStateException("Process " + pid() + " survived SIGKILL");
    }
    closeInput();
    PauseGuard paused = pause;
    if (paused != null) {
      paused.dismiss();
      pause = null;
    }
  }

  /** A second interrupt must not leave a process behind: waits on, and restores the flag. */
  private boolean awaitEnd(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException again) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void closeInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException alreadyBroken) {
      // The process is gone, which is what closing is for.
    }
  }
}
