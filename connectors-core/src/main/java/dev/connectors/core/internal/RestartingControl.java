package dev.connectors.core.internal;

import dev.connectors.core.Control;
import dev.connectors.core.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;

/** Stands for whichever source runs, and for none during a back-off. */
final class RestartingControl implements Control {
  private final long createdAt = System.nanoTime();
  private final CompletableFuture<Done> streamEnded = new CompletableFuture<>();
  private final CompletableFuture<Done> allShutdown = new CompletableFuture<>();
  private volatile Runnable stopRequested = () -> {};

  private @Nullable Control last;
  private boolean running;
  private boolean stopping;
  private boolean ended;
  private int open;
  private final List<Consumer<Control>> requests = new ArrayList<>(0);

  /** Sets what tells the stage that nothing is to be started any more. */
  void onStopRequested(Runnable action) {
    stopRequested = action;
  }

  /** A source was materialized. */
  void started(Control inner) {
    List<Consumer<Control>> missed;
    synchronized (this) {
      last = inner;
      running = true;
      open++;
      missed = List.copyOf(requests);
      requests.clear();
    }
    inner.isShutdown().whenComplete((done, cause) -> closed());
    missed.forEach(request -> request.accept(inner));
  }

  private void closed() {
    boolean all;
    synchronized (this) {
      open--;
      all = ended && open == 0;
    }
    if (all) {
      allShutdown.complete(Done.getInstance());
    }
  }

  /** The source has failed; returns whether it is to be followed by another. */
  synchronized boolean backsOff() {
    if (stopping) {
      return false;
    }
    running = false;
    return true;
  }

  /** The whole stream came to its end; nothing is started any more. */
  void ended() {
    boolean all;
    synchronized (this) {
      ended = true;
      running = false;
      all = open == 0;
      requests.clear();
    }
    streamEnded.complete(Done.getInstance());
    if (all) {
      allShutdown.complete(Done.getInstance());
    }
  }

  synchronized boolean isStopping() {
    return stopping;
  }

  @Override
  public CompletionStage<Done> stop() {
    CompletableFuture<Done> stopped = new CompletableFuture<>();
    streamEnded.minimalCompletionStage().thenAccept(stopped::complete);
    request(
        inner ->
            inner
                .stop()
                .whenComplete(
                    (done, cause) -> {
                      // Of a source that had failed this says nothing: another may be starting.
                      if (isCurrent(inner)) {
                        stopped.complete(Done.getInstance());
                      }
                    }));
    return stopped;
  }

  private synchronized boolean isCurrent(Control inner) {
    return running && last == inner;
  }

  @Override
  public CompletionStage<Done> shutdown() {
    request(Control::shutdown);
    return isShutdown();
  }

  @Override
  public <T> CompletionStage<T> drainAndShutdown(CompletionStage<T> streamCompletion) {
    request(inner -> inner.drainAndShutdown(streamCompletion));
    return streamCompletion
        .handle((value, cause) -> Done.getInstance())
        .thenCompose(done -> allShutdown)
        .thenCompose(done -> streamCompletion);
  }

  /** Asks the source there is, and the one that is perhaps just being started. */
  private void request(Consumer<Control> request) {
    Control inner;
    synchronized (this) {
      stopping = true;
      inner = last;
      if (!running && !ended) {
        requests.add(request);
      }
    }
    if (inner != null) {
      request.accept(inner);
    }
    stopRequested.run();
  }

  @Override
  public CompletionStage<Done> isShutdown() {
    return allShutdown.minimalCompletionStage();
  }

  @Override
  public Health health() {
    Control inner;
    boolean itsOwn;
    boolean isEnded;
    synchronized (this) {
      inner = last;
      isEnded = ended;
      itsOwn = running || (ended && open > 0);
    }
    if (inner == null) {
      return idle(isEnded, Duration.ofNanos(System.nanoTime() - createdAt));
    }
    Health health = inner.health();
    return itsOwn ? health : idle(isEnded, health.sinceProgress());
  }

  private static Health idle(boolean isEnded, Duration sinceProgress) {
    return new Health(
        isEnded ? Health.State.STOPPED : Health.State.STARTING, 0, 0, sinceProgress, -1, List.of());
  }
}
