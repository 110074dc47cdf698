package dev.connectors.testkit.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A frozen process that won't stay behind.
 *
 * <p>A process under SIGSTOP can't notice that we died. While one is frozen a small shell therefore
 * waits in its place, on a pipe that ends with us, and kills it then.
 */
final class PauseGuard {
  private static final String DISMISSED = "dismissed";
  // kill returns before every thread has stopped, and on a busy machine long before: where there is
  // /proc, frozen is told when all have. read fails at the end of input, that is when the parent is
  // gone.
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      kill -STOP %1$d || exit 1
      if [ -d /proc/%1$d/task ]; then
        while grep -L '^State:.[TZX]' /proc/%1$d/task/*/status 2>/dev/null | grep -q .; do
          sleep 0.01
        done
      fi
      echo frozen
      read -r word || kill -KILL %1$d
      """;

  private final long pid;
  private final Process shell;

  private PauseGuard(long pid, Process shell) {
    this.pid = pid;
    this.shell = shell;
  }

  static PauseGuard pause(long pid) {
    Process shell = shell(SCRIPT.formatted(pid));
    try {
      if (shell.inputReader(StandardCharsets.UTF_8).readLine() == null) {
        throw new IllegalStateException("Process " + pid + " could not be paused: is it running?");
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return new PauseGuard(pid, shell);
  }

  void resume() {
    Process resume = shell("kill -CONT " + pid);
    resume.onExit().join();
    dismiss();
  }

  /** The shell goes; the process is left as it is. */
  void dismiss() {
    try (OutputStream input = shell.getOutputStream()) {
      input.write((DISMISSED + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException gone) {
      // The shell was killed: nothing left to dismiss.
    }
    shell.onExit().join();
  }

  private static Process shell(String script) {
    try {
      return new ProcessBuilder("/bin/sh", "-c", script)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException noShell) {
      throw new UnsupportedOperationException(
          "Pausing needs /bin/sh and its signals: " + noShell.getMessage(), noShell);
    }
  }
}
