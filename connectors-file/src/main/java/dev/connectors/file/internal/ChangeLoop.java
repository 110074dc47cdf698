package dev.connectors.file.internal;

import dev.connectors.core.Health;
import dev.connectors.core.internal.SourceControl;
import dev.connectors.file.ChangeSettings;
import dev.connectors.file.FileChange;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that watches a directory, and its control. */
final class ChangeLoop extends SourceControl implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeLoop.class);
  private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(1).toNanos();

  private static final int MOST_KEYS = 100;

  private final Path given;
  private final ChangeSettings settings;
  private final Runnable wake;
  private final ChangeQueue queue;
  private final CompletableFuture<Done> shutdown = new CompletableFuture<>();
  private final Map<WatchKey, Path> watched = new HashMap<>();

  // The watching thread only.
  private @Nullable Path directory;
  private @Nullable FileTree tree;

  private @Nullable WatchService watcher; // guarded by this
  private volatile boolean stopped;
  private volatile boolean started;
  private volatile @Nullable Throwable failure;
  private volatile long progressAt = System.nanoTime();

  ChangeLoop(Path directory, ChangeSettings settings, Runnable wake) {
    this.given = directory;
    this.settings = settings;
    this.wake = wake;
    this.queue = new ChangeQueue(settings.bufferElements(), wake);
  }

  /** Starts the thread; it is a daemon, so that a forgotten stream doesn't keep the JVM alive. */
  void start() {
    Thread thread = new Thread(this, name());
    thread.setDaemon(true);
    thread.start();
  }

  String name() {
    return "file-changes-" + given;
  }

  ChangeQueue queue() {
    return queue;
  }

  boolean isStopped() {
    return stopped;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  // ---- the loop

  @Override
  public void run() {
    try {
      open();
      while (!stopped) {
        turn();
      }
    } catch (ClosedWatchServiceException | InterruptedException end) {
      LOG.debug("{} ends", name());
    } catch (Throwable cause) { // an Error too must reach the stream
      failure = cause;
      wake.run();
    } finally {
      closeWatcher();
      shutdown.complete(Done.getInstance());
    }
  }

  private void open() throws IOException {
    Path resolved = new Root(settings.root().orElse(null)).resolve(given);
    if (!Files.isDirectory(resolved)) {
      throw Files.exists(resolved)
          ? new NotDirectoryException(resolved.toString())
          : new NoSuchFileException(resolved.toString());
    }
    directory = resolved;
    synchronized (this) {
      watcher = resolved.getFileSystem().newWatchService();
    }
    FileTree files = new FileTree(settings, this::watch);
    tree = files;
    files.lookBelow(resolved, System.nanoTime());
    started = true;
  }

  private synchronized WatchService watcher() {
    if (watcher == null || stopped) {
      throw new ClosedWatchServiceException();
    }
    return watcher;
  }

  private void watch(Path path) throws IOException {
    try {
      // Again for one that was renamed: its key stays the same, and has another path then.
      watched.put(
          path.register(
              watcher(),
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE),
          path);
    } catch (NoSuchFileException | NotDirectoryException gone) {
      if (path.equals(directory)) {
        throw gone;
      }
    }
  }

  private void turn() throws IOException, InterruptedException {
    FileTree files = Objects.requireNonNull(tree);
    queue.awaitRoom();
    long wait = Math.min(LONGEST_WAIT_NANOS, files.nanosToNext(System.nanoTime()));
    WatchKey key = watcher().poll(wait, TimeUnit.NANOSECONDS);
    for (int i = 0; key != null; i++) {
      take(key, files);
      key = i < MOST_KEYS ? watcher().poll() : null; // what is complete has its turn as well
    }
    List<FileChange> changes = files.settled(System.nanoTime());
    if (!changes.isEmpty()) {
      progressAt = System.nanoTime();
      queue.add(changes);
    }
  }

  private void take(WatchKey key, FileTree files) throws IOException {
    List<WatchEvent<?>> events = key.pollEvents();
    Path path = watched.get(key);
    if (path == null) {
      return;
    }
    long now = System.nanoTime();
    for (WatchEvent<?> event : events) {
      if (event.kind() == StandardWatchEventKinds.OVERFLOW) {
        files.lookBelow(path, now);
      } else if (event.context() instanceof Path name) {
        Path child = path.resolve(name);
        if (event.kind() == StandardWatchEventKinds.ENTRY_DELETE) {
          unwatchBelow(child);
        }
        files.look(child, now);
      }
    }
    if (!key.reset()) {
      watched.remove(key);
      if (path.equals(directory)) {
        throw new NoSuchFileException(path.toString());
      }
      files.look(path, now);
    }
  }

  /** What was a directory may have been moved away, and would still be watched. */
  private void unwatchBelow(Path path) {
    watched
        .entrySet()
        .removeIf(
            one -> {
              boolean isBelow = one.getValue().startsWith(path);
              if (isBelow) {
                one.getKey().cancel();
              }
              return isBelow;
            });
  }

  private synchronized void closeWatcher() {
    if (watcher != null) {
      try {
        watcher.close();
      } catch (IOException cause) {
        LOG.warn("{}: closing failed", name(), cause);
      }
    }
  }

  // ---- the control

  void cancel() {
    stopped = true;
    queue.release();
    closeWatcher();
  }

  @Override
  protected void requestStop() {
    cancel();
    wake.run();
  }

  @Override
  protected void streamEnded() {}

  @Override
  public CompletionStage<Done> isShutdown() {
    return shutdown;
  }

  @Override
  public Health health() {
    Health.State state =
        shutdown.isDone()
            ? Health.State.STOPPED
            : stopped
                ? Health.State.DRAINING
                : started ? Health.State.RUNNING : Health.State.STARTING;
    return new Health(state, 0, 0, Duration.ofNanos(System.nanoTime() - progressAt), -1, List.of());
  }
}
