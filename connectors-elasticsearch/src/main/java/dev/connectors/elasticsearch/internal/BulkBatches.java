package dev.connectors.elasticsearch.internal;

import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import dev.connectors.core.RetrySettings;
import dev.connectors.elasticsearch.BulkOperationException;
import dev.connectors.elasticsearch.BulkSettings;
import dev.connectors.elasticsearch.FailurePolicy;
import dev.connectors.elasticsearch.FlushPolicy;
import dev.connectors.elasticsearch.internal.Operations.DocumentKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gathers operations into batches, sends them through a bounded number of slots, sorts out the
 * answers and gives the results back in input order.
 *
 * <p>A batch holds its slot until all its operations are confirmed, so an overloaded server gets
 * fewer requests, not more. Batches are sent in input order; one that holds a document of an
 * earlier, unconfirmed one waits for it, and no batch holds a document twice. Thus operations on
 * one document can't overtake each other.
 *
 * <p>Not thread-safe, and without a thread or timer: the owner calls {@link #run} by {@link
 * #deadline()} at the latest and looks at {@link #failure()} after each call. Time is in
 * nanoseconds since an arbitrary start.
 *
 * @param <C> the context of an operation
 */
public final class BulkBatches<C> {
  /** What {@link #deadline()} is when there is none. */
  public static final long NO_DEADLINE = Long.MAX_VALUE;

  /** Sends a request; its outcome is told to the batches later, never during the call. */
  public interface Sender {
    /** The request in flight, to be cancelled if it takes too long. */
    Future<?> send(Attempt attempt);
  }

  private final BulkSettings settings;
  private final RetrySettings retry;
  private final LongSupplier clock;
  private final Sender sender;
  private final int maxOperations;
  private final long maxBytes;
  private final long intervalNanos;
  private final long timeoutNanos;
  private final long maxHeld;
  private final long maxHeldBytes;

  /** All that have results to give, in input order; the last one may still be filling. */
  private final ArrayDeque<Batch<C>> batches = new ArrayDeque<>();

  private final ArrayDeque<Batch<C>> waiting = new ArrayDeque<>();
  private final ArrayList<Batch<C>> active;
  private final Map<DocumentKey, Batch<C>> holders = new HashMap<>();
  private @Nullable Batch<C> filling;
  private @Nullable Throwable failure;
  private long held;
  private long heldBytes;
  private boolean closed;

  /** Starts empty. */
  public BulkBatches(BulkSettings settings, LongSupplier clock, Sender sender) {
    this.settings = settings;
    this.retry = settings.retry();
    this.clock = clock;
    this.sender = sender;
    this.maxOperations = settings.maxOperations();
    this.maxBytes = settings.maxBytes();
    this.intervalNanos = settings.interval().toNanos();
    this.timeoutNanos = settings.timeout().toNanos();
    this.maxHeld = (settings.parallelism() + 1L) * maxOperations;
    this.maxHeldBytes =
        maxBytes > Long.MAX_VALUE / (settings.parallelism() + 1L)
            ? Long.MAX_VALUE
            : (settings.parallelism() + 1L) * maxBytes;
    this.active = new ArrayList<>(Math.min(settings.parallelism(), 16));
  }

  /** Whether another operation may be added. */
  public boolean hasRoom() {
    return held < maxHeld && heldBytes < maxHeldBytes && !closed;
  }

  /**
   * Adds an operation that is serialised.
   *
   * @return whether a batch was begun or filled by it, so that {@link #run} has something to do
   */
  public boolean add(BulkOperation operation, C context) {
    long bytes = Operations.bytes(operation);
    DocumentKey key = Operations.guarded(operation);
    Batch<C> batch = filling;
    boolean changed = false;
    if (batch != null
        && (batch.bytes + bytes > maxBytes || (key != null && holders.get(key) == batch))) {
      seal(batch);
      batch = null;
      changed = true;
    }
    if (batch == null) {
      batch = new Batch<>(clock.getAsLong() + intervalNanos);
      filling = batch;
      batches.add(batch);
      changed = true;
    }
    batch.operations.add(operation);
    batch.contexts.add(context);
    batch.bytes += bytes;
    held++;
    heldBytes += bytes;
    if (key != null) {
      batch.guard(key, holders.put(key, batch));
    }
    if (batch.operations.size() >= maxOperations || batch.bytes >= maxBytes) {
      seal(batch);
      changed = true;
    }
    return changed;
  }

  private void seal(Batch<C> batch) {
    filling = null;
    batch.seal();
    waiting.add(batch);
  }

  /** Whether it is worth while to call {@link #runIdle} once upstream has nothing more at hand. */
  public boolean wantsIdleSignal() {
    return filling != null
        && filling.operations.size() == 1
        && active.isEmpty()
        && settings.flush() == FlushPolicy.WHEN_IDLE;
  }

  /** Upstream has nothing more at hand: what there is, is sent if nothing is in flight. */
  public void runIdle() {
    if (settings.flush() == FlushPolicy.WHEN_IDLE && active.isEmpty() && filling != null) {
      seal(filling);
    }
    run();
  }

  /** No operation will be added any more. */
  public void close() {
    closed = true;
    run();
  }

  /** Sends what is due and gives up on what takes too long. */
  public void run() {
    long now = clock.getAsLong();
    for (int i = active.size() - 1; i >= 0 && failure == null; i--) {
      Batch<C> batch = active.get(i);
      Attempt attempt = batch.attempt;
      if (attempt == null) {
        if (batch.dueAt <= now) {
          send(batch, now);
        }
      } else if (batch.dueAt <= now) {
        attempt.cancel();
        failed(
            attempt,
            new TimeoutException(
                "no answer to a bulk of "
                    + attempt.size()
                    + " operations within "
                    + settings.timeout()));
      }
    }
    while (failure == null && active.size() < settings.parallelism()) {
      Batch<C> next = waiting.peek();
      if (next == null && filling != null && (closed || filling.dueAt <= now)) {
        next = filling;
        seal(next);
      }
      if (next == null || !next.isFree()) {
        return;
      }
      waiting.remove();
      active.add(next);
      send(next, now);
    }
  }

  private void send(Batch<C> batch, long now) {
    Attempt attempt = new Attempt(batch, batch.parts.element(), now);
    batch.attempt = attempt;
    batch.dueAt = now + timeoutNanos;
    attempt.future = sender.send(attempt);
    tellInFlight();
  }

  /** The answer to a request. */
  public void succeeded(Attempt attempt, BulkResponse response) {
    if (!attempt.isCurrent() || failure != null) {
      return;
    }
    List<BulkResponseItem> items = response.items();
    if (items.size() != attempt.size()) {
      failure =
          new IllegalStateException(
              "the bulk had "
                  + attempt.size()
                  + " operations and the response has "
                  + items.size()
                  + " items");
      return;
    }
    long now = clock.getAsLong();
    @SuppressWarnings("unchecked") // all attempts come from send
    Batch<C> batch = (Batch<C>) attempt.batch;
    batch.attempt = null;
    if (response.errors()) {
      sortOut(batch, attempt, items, now);
    } else {
      batch.confirm(attempt.part, items);
      settings.observer().confirmed(settings.name(), items.size(), since(attempt.sentAt, now));
      batch.parts.remove();
    }
    goOn(batch, now);
  }

  private void sortOut(Batch<C> batch, Attempt attempt, List<BulkResponseItem> items, long now) {
    Part part = attempt.part;
    int[] again = new int[items.size()];
    int retries = 0;
    BulkOperationException cause = null;
    for (int i = 0; i < items.size(); i++) {
      BulkResponseItem item = items.get(i);
      int position = part.position(i);
      BulkOperation operation = batch.operations.get(position);
      if (isDone(operation, item)) {
        batch.confirm(position, Operations.done(item));
      } else if (Failures.isTransient(item.status())) {
        if (cause == null) {
          cause = Operations.exception(operation, item);
        }
        again[retries++] = i;
      } else {
        refused(batch, position, item);
      }
    }
    int settled = items.size() - retries;
    if (settled > 0) {
      settings.observer().confirmed(settings.name(), settled, since(attempt.sentAt, now));
    }
    if (failure != null) {
      return;
    }
    if (cause == null) {
      batch.parts.remove();
    } else if (part.mayRetry(retry, cause, now)) {
      part.retain(again, retries);
      backOff(batch, part, cause, now);
    } else {
      for (int i = 0; i < retries; i++) {
        refused(batch, part.position(again[i]), items.get(again[i]));
      }
      batch.parts.remove();
    }
  }

  private boolean isDone(BulkOperation operation, BulkResponseItem item) {
    if (item.error() == null) {
      return item.status() < 300 || (item.status() == 404 && operation.isDelete());
    }
    return item.status() == 409
        && switch (settings.onConflict()) {
          case EXTERNAL_VERSION -> Operations.isVersionedExternally(operation);
          case EXTERNAL_VERSION_OR_CREATE ->
              Operations.isVersionedExternally(operation) || Operations.isCreateWithId(operation);
          case NEVER -> false;
        };
  }

  private void refused(Batch<C> batch, int position, BulkResponseItem item) {
    BulkOperationException cause = Operations.exception(batch.operations.get(position), item);
    settings.observer().rejected(settings.name(), cause);
    if (settings.onFailure() == FailurePolicy.EMIT) {
      batch.confirm(position, item);
    } else if (failure == null) {
      failure = cause;
    }
  }

  /** A request had no answer, or one that refuses it as a whole. */
  public void failed(Attempt attempt, Throwable thrown) {
    if (!attempt.isCurrent() || failure != null) {
      return;
    }
    long now = clock.getAsLong();
    @SuppressWarnings("unchecked") // all attempts come from send
    Batch<C> batch = (Batch<C>) attempt.batch;
    batch.attempt = null;
    Part part = attempt.part;
    Throwable cause = Failures.unwrap(thrown);
    switch (Failures.of(cause)) {
      case TRANSIENT -> {
        if (part.mayRetry(retry, cause, now)) {
          backOff(batch, part, cause, now);
        } else {
          failure = cause;
        }
      }
      case TOO_LARGE -> {
        batch.parts.remove();
        if (part.size() == 1) {
          int position = part.position(0);
          refused(batch, position, Operations.tooLarge(batch.operations.get(position)));
        } else {
          part.split(batch.parts);
          settings.observer().retried(settings.name(), part.size(), cause);
        }
      }
      case FATAL -> failure = cause;
    }
    goOn(batch, now);
  }

  private void backOff(Batch<C> batch, Part part, Throwable cause, long now) {
    batch.dueAt = now + part.backOff(retry).toNanos();
    settings.observer().retried(settings.name(), part.size(), cause);
  }

  private void goOn(Batch<C> batch, long now) {
    if (failure != null) {
      return;
    }
    if (batch.parts.isEmpty()) {
      active.remove(batch);
      heldBytes -= batch.bytes;
      batch.release(holders);
      tellInFlight();
    } else if (!batch.parts.element().isBackingOff()) {
      send(batch, now);
    }
    // A small batch waits for company only while there are answers to come.
    runIdle();
  }

  /** Why the stream must fail, or null. */
  public @Nullable Throwable failure() {
    return failure;
  }

  /** When {@link #run} is to be called next, or {@link #NO_DEADLINE}. */
  public long deadline() {
    long deadline = NO_DEADLINE;
    for (int i = 0; i < active.size(); i++) {
      deadline = Math.min(deadline, active.get(i).dueAt);
    }
    if (filling != null && active.size() < settings.parallelism() && waiting.isEmpty()) {
      deadline = Math.min(deadline, filling.dueAt);
    }
    return deadline;
  }

  /** Whether the next operation in input order has its result. */
  public boolean hasResult() {
    Batch<C> head = batches.peek();
    return head != null && head.hasResult();
  }

  /** The next result in input order. */
  public <T> T next(BiFunction<BulkResponseItem, C, T> combined) {
    Batch<C> head = batches.element();
    T result = head.next(combined);
    held--;
    if (head.isExhausted()) {
      batches.remove();
    }
    return result;
  }

  /** Whether all operations are confirmed, all results taken, and no more to come. */
  public boolean isFinished() {
    return closed && batches.isEmpty();
  }

  /** Cancels the requests in flight. */
  public void abort() {
    for (Batch<C> batch : active) {
      if (batch.attempt != null) {
        batch.attempt.cancel();
      }
    }
  }

  private void tellInFlight() {
    settings.observer().inFlight(settings.name(), held, heldBytes);
  }

  private static Duration since(long start, long now) {
    return Duration.ofNanos(now - start);
  }

  /** One request in flight. */
  public static final class Attempt {
    private final Batch<?> batch;
    private final Part part;
    private final long sentAt;
    private @Nullable Future<?> future;

    private Attempt(Batch<?> batch, Part part, long sentAt) {
      this.batch = batch;
      this.part = part;
      this.sentAt = sentAt;
    }

    /** What is to be sent. */
    public List<BulkOperation> operations() {
      return part.of(batch.operations);
    }

    int size() {
      return part.size();
    }

    private boolean isCurrent() {
      return batch.attempt == this;
    }

    private void cancel() {
      if (future != null) {
        future.cancel(true);
      }
    }
  }
}
