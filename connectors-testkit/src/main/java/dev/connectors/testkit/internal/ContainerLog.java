package dev.connectors.testkit.internal;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** Appends what one run of a container prints to a file. */
final class ContainerLog extends ResultCallback.Adapter<Frame> {
  private static final int CONNECT_SECONDS = 30;
  private static final int END_SECONDS = 10;

  private final OutputStream file;

  private ContainerLog(OutputStream file) {
    this.file = file;
  }

  /** Attaches to a container that has not been started, so that nothing of the run is missed. */
  static ContainerLog follow(DockerClient docker, String container, Path log) {
    try {
      ContainerLog output =
          new ContainerLog(
              Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
      docker
          .attachContainerCmd(container)
          .withStdOut(true)
          .withStdErr(true)
          .withFollowStream(true)
          .exec(output);
      if (!output.awaitStarted(CONNECT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Docker doesn't let us follow container " + container);
      }
      return output;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting container " + container);
    }
  }

  @Override
  public void onNext(Frame frame) {
    try {
      file.write(frame.getPayload());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() throws IOException {
    super.close();
    file.close();
  }

  /** Waits until all is written that a container printed that has ended. */
  void awaitEnd() {
    try {
      awaitCompletion(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
