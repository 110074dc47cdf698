package dev.connectors.testkit.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A server that is a forked JVM. */
public final class LocalSupply implements Supply {
  /** Says what to fork. */
  public interface Recipe {
    /**
     * Prepares {@code folder} and says what to run.
     *
     * @param folder for configuration and temporary files; exists
     * @param data what must survive a restart; exists
     */
    JvmCommand prepare(Path folder, Path data) throws IOException;
  }

  private final String name;
  private final Recipe recipe;
  private final Path folder;
  private final Path log;
  private final @Nullable Path givenData;
  private volatile @Nullable ForkedJvm jvm;

  /**
   * A server with its files in {@code folder}, its data too unless {@code givenData} is a place.
   */
  public LocalSupply(String name, Recipe recipe, Path folder, Path log, @Nullable Path givenData) {
    this.name = name;
    this.recipe = recipe;
    this.folder = folder;
    this.log = log;
    this.givenData = givenData;
  }

  @Override
  public void start() {
    Path data = givenData == null ? folder.resolve("data") : givenData;
    try {
      Files.createDirectories(data);
      JvmCommand command = recipe.prepare(folder, data);
      LogTail tail = LogTail.fromEndOf(log);
      ForkedJvm forked = ForkedJvm.fork(command, folder, log);
      jvm = forked;
      forked.awaitReady(tail);
    } catch (IOException failure) {
      throw new UncheckedIOException(name + " could not be prepared", failure);
    }
  }

  @Override
  public void stop() {
    ForkedJvm running = jvm;
    if (running != null) {
      running.stop();
    }
  }

  @Override
  public void kill() {
    ForkedJvm running = jvm;
    if (running != null) {
      running.destroy();
    }
  }

  @Override
  public void pause() {
    running().pause();
  }

  @Override
  public void resume() {
    ForkedJvm running = jvm;
    if (running != null) {
      running.resume();
    }
  }

  @Override
  public boolean isRunning() {
    ForkedJvm running = jvm;
    return running != null && running.isAlive();
  }

  @Override
  public boolean isPaused() {
    ForkedJvm running = jvm;
    return running != null && running.isPaused();
  }

  @Override
  public long pid() {
    return running().pid();
  }

  @Override
  public void remove() {
    // Nothing is left but its folder, which its owner deletes.
  }

  /** A server whose data is to be kept ends by itself, in good order, as its input ends. */
  @Override
  public void discard() {
    if (givenData == null) {
      kill();
    }
  }

  private ForkedJvm running() {
    ForkedJvm running = jvm;
    if (running == null) {
      throw new IllegalStateException(name + " is not running");
    }
    return running;
  }
}
