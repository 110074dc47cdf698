package dev.connectors.pubsub.internal;

import com.google.cloud.pubsub.v1.AckResponse;
import dev.connectors.pubsub.AckFailedException;
import dev.connectors.pubsub.SubscriberSettings;
import dev.connectors.pubsub.UnansweredPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.Done;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the replies to what is settled, and tells those who wait for it of the answers. */
final class Acknowledger implements AckBatch.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Acknowledger.class);

  /** What became of a batch that is no longer waited for. */
  private static final class Open {
    final CompletableFuture<Done> outcome = new CompletableFuture<>();
    boolean awaited;
    @Nullable Future<?> timeout;
  }

  private final String name;
  private final SubscriberSettings settings;
  private final Ledger ledger;
  private final Runnable onReplied;
  private final ScheduledExecutorService executor;
  private final AtomicBoolean requested = new AtomicBoolean();

  private final Map<AckBatch, Open> open = new HashMap<>();
  private List<CompletableFuture<Done>> waiting = new ArrayList<>();
  private @Nullable Throwable unreported;
  private boolean closed;

  /**
   * @param onReplied called after some messages got their replies
   */
  Acknowledger(
      String name,
      SubscriberSettings settings,
      Ledger ledger,
      Runnable onReplied,
      ScheduledExecutorService executor) {
    this.name = name;
    this.settings = settings;
    this.ledger = ledger;
    this.onReplied = onReplied;
    this.executor = executor;
  }

  /** Acknowledges all that is settled now. Completes with the answers. */
  CompletionStage<Done> commit() {
    CompletableFuture<Done> answered = new CompletableFuture<>();
    synchronized (this) {
      if (closed) {
        Throwable earlier = takeUnreported();
        return earlier == null
            ? CompletableFuture.completedFuture(Done.getInstance())
            : CompletableFuture.failedFuture(earlier);
      }
      waiting.add(answered);
    }
    request();
    return answered;
  }

  private synchronized @Nullable Throwable takeUnreported() {
    Throwable taken = unreported;
    unreported = null;
    return taken;
  }

  /** Sees to it that {@link #flush} is called soon. */
  void request() {
    if (requested.compareAndSet(false, true)) {
      executor.execute(this::flush);
    }
  }

  /** Replies to all that is settled or rejected. */
  void flush() {
    requested.set(false); // before looking: who settles from now on asks again
    AckBatch batch = null;
    List<CompletableFuture<Done>> owed;
    List<CompletableFuture<Done>> outcomes = new ArrayList<>();
    Throwable earlier = null;
    Ledger.Due due;
    synchronized (this) {
      owed = waiting;
      waiting = new ArrayList<>();
      due = ledger.due();
      for (Delivery rejected : due.rejected()) {
        rejected.reply().nack();
      }
      if (!due.settled().isEmpty()) {
        batch = new AckBatch(due.settled(), System.nanoTime(), this);
        Open state = new Open();
        open.put(batch, state);
        batch.send();
        state.timeout = schedule(batch);
      }
      if (!owed.isEmpty()) {
        earlier = takeUnreported();
        for (Open state : open.values()) {
          state.awaited = true;
          outcomes.add(state.outcome);
        }
      }
    }
    if (!due.isEmpty()) {
      onReplied.run();
    }
    if (batch != null) {
      batch.sent();
    }
    complete(owed, outcomes, earlier);
  }

  private Future<?> schedule(AckBatch batch) {
    return executor.schedule(
        () -> unanswered(batch, "within " + settings.settleTimeout()),
        settings.settleTimeout().toNanos(),
        TimeUnit.NANOSECONDS);
  }

  private static void complete(
      List<CompletableFuture<Done>> owed,
      List<CompletableFuture<Done>> outcomes,
      @Nullable Throwable earlier) {
    if (owed.isEmpty()) {
      return;
    }
    if (earlier != null) {
      owed.forEach(one -> one.completeExceptionally(earlier));
      return;
    }
    if (outcomes.isEmpty()) {
      owed.forEach(one -> one.complete(Done.getInstance()));
      return;
    }
    CompletableFuture<?> all =
        outcomes.size() == 1
            ? outcomes.get(0)
            : CompletableFuture.allOf(outcomes.toArray(new CompletableFuture<?>[0]));
    var unused =
        all.whenComplete(
            (done, cause) -> {
              for (CompletableFuture<Done> one : owed) {
                if (cause == null) {
                  one.complete(Done.getInstance());
                } else {
                  one.completeExceptionally(unwrapped(cause));
                }
              }
            });
  }

  private static Throwable unwrapped(Throwable cause) {
    Throwable inner = cause.getCause();
    return cause instanceof CompletionException && inner != null ? inner : cause;
  }

  // ---- answers

  @Override
  public void answered(AckBatch batch) {
    Throwable refusal = refusal(batch);
    int taken = batch.size();
    if (refusal != null) {
      LOG.warn("{}: {}", name, refusal.getMessage());
      settings.observer().rejected(name, refusal);
      taken -= batch.refused().values().stream().mapToInt(List::size).sum();
    }
    if (taken > 0) {
      settings
          .observer()
          .committed(name, taken, Duration.ofNanos(System.nanoTime() - batch.sentAt));
    }
    conclude(batch, refusal, true);
  }

  private @Nullable Throwable refusal(AckBatch batch) {
    for (Map.Entry<AckResponse, List<String>> refused : batch.refused().entrySet()) {
      return new AckFailedException(settings.subscription(), refused.getKey(), refused.getValue());
    }
    return null;
  }

  /** No more is waited for. */
  private void unanswered(AckBatch batch, String when) {
    List<String> ids = batch.unansweredIds();
    if (ids.isEmpty()) {
      return; // the last answer has just come
    }
    AckFailedException cause = new AckFailedException(settings.subscription(), null, ids);
    LOG.warn(
        "{}: no answer to {} acknowledgements {}; their messages may be delivered again",
        name,
        ids.size(),
        when);
    settings.observer().retried(name, ids.size(), cause);
    Throwable refusal = refusal(batch);
    conclude(
        batch,
        refusal == null && settings.onUnanswered() == UnansweredPolicy.FAIL ? cause : refusal,
        false);
  }

  /**
   * A failure that nobody waits for is kept for who asks next.
   *
   * @param countsLate whether what comes after another conclusion counts
   */
  private void conclude(AckBatch batch, @Nullable Throwable failure, boolean countsLate) {
    Open state;
    synchronized (this) {
      state = open.remove(batch);
      boolean isKept = state == null ? countsLate : !state.awaited;
      if (failure != null && isKept && unreported == null) {
        unreported = failure;
      }
    }
    if (state == null) {
      return; // concluded before
    }
    Future<?> timeout = state.timeout;
    if (timeout != null) {
      timeout.cancel(false);
    }
    if (failure == null) {
      state.outcome.complete(Done.getInstance());
    } else {
      state.outcome.completeExceptionally(failure);
    }
  }

  /** Whether all replies are given and answered, or no more waited for. */
  synchronized boolean isIdle() {
    return open.isEmpty() && waiting.isEmpty();
  }

  /** Waits for no more answers: what has none now is told as what has none in time. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    flush(); // who has just asked waits for the same answers
    List<AckBatch> rest;
    synchronized (this) {
      rest = List.copyOf(open.keySet());
    }
    rest.forEach(batch -> unanswered(batch, "before the end"));
  }
}
