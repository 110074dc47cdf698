package dev.connectors.s3.internal;

import dev.connectors.s3.ResumePolicy;
import dev.connectors.s3.UploadSettings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * One object being written: gathers parts, sends them, completes or aborts. It knows nothing of
 * streams, and goes on by itself once the end or a failure is told.
 *
 * <p>Thread-safe; what it tells, it tells while it holds its lock, to who must not block.
 */
final class Upload {
  private static final int BLOCK = 128 << 10;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final S3AsyncClient client;
  private final UploadRequests requests;
  private final UploadSettings settings;
  private final PartPlan plan;
  private final Retrying retrying;
  private final Multipart multipart;
  private final Runnable onChange;
  private final Semaphore slots;
  private final CompletableFuture<PutObjectResponse> result = new CompletableFuture<>();

  private final Blocks blocks = new Blocks(BLOCK);
  private final List<CompletedPart> parts = new ArrayList<>();
  private final Set<CompletableFuture<?>> inFlight = new HashSet<>();
  private final Set<CompletableFuture<?>> calls = new HashSet<>();
  private @Nullable CompletableFuture<OpenUpload> starting;
  private PartBuffer filling;
  private CompletableFuture<?> earlier = CompletableFuture.completedFuture(true);
  private int number = 1;
  private long shipped;
  private @Nullable Iterator<ByteBuffer> pending;
  private ByteBuffer current = NOTHING;
  private boolean hasEnded;
  private boolean isFinishing;
  private boolean isAdvancing;
  private volatile @Nullable Throwable failure;

  /**
   * @param onChange told that {@link #wantsMore} or {@link #failure} may have changed
   */
  Upload(
      S3AsyncClient client, PutObjectRequest request, UploadSettings settings, Runnable onChange) {
    this(client, request, settings, new Semaphore(settings.parallelism()), onChange);
  }

  /**
   * One of several.
   *
   * @param slots one for each part in flight; who is told of a change has the others {@link #goOn}
   */
  Upload(
      S3AsyncClient client,
      PutObjectRequest request,
      UploadSettings settings,
      Semaphore slots,
      Runnable onChange) {
    this.client = client;
    this.requests = new UploadRequests(request, client);
    this.settings = settings;
    this.slots = slots;
    this.onChange = onChange;
    plan = new PartPlan(settings.partSize(), requests.length());
    filling = new PartBuffer(plan.size(1, 0), blocks);
    retrying =
        new Retrying(
            settings.name(),
            settings.retry(),
            settings.timeout(),
            settings.observer(),
            () -> !hasFailed());
    multipart = Multipart.of(client, requests, retrying, settings);
  }

  /**
   * Another upload of the same key is to end before: where uploads are continued, this one begins
   * after it, as it would continue that one's. Who knows its end has this one {@link #goOn} then.
   */
  synchronized void beginAfter(CompletableFuture<?> outcome) {
    if (isResumable()) {
      earlier = outcome;
    }
  }

  /** Completes when the object is there, or fails when the upload has been aborted. */
  CompletableFuture<PutObjectResponse> result() {
    return result;
  }

  boolean hasFailed() {
    return failure != null;
  }

  /** Why there will be no object; null as long as there may be one. */
  @Nullable Throwable failure() {
    return failure;
  }

  synchronized boolean wantsMore() {
    return failure == null
        && !hasEnded
        && pending == null
        && (!filling.isFull() || (earlier.isDone() && slots.availablePermits() > 0));
  }

  /** Takes content; to be called only when it {@linkplain #wantsMore wants more}. */
  synchronized void offer(ByteString content) {
    if (!filling.takesWhole(content)) {
      pending = content.getByteBuffers().iterator();
    }
    advance();
  }

  /** Another upload may have freed a slot. */
  synchronized void goOn() {
    advance();
  }

  /** There is no more content. */
  synchronized void end() {
    hasEnded = true;
    advance();
  }

  /** Gives up: nothing will be left of it on the server, unless it may be continued. */
  synchronized void abort(Throwable cause) {
    fail(cause);
  }

  /** How much memory was allocated for parts. */
  synchronized long allocated() {
    return (long) blocks.allocated() * BLOCK;
  }

  private void advance() {
    if (isAdvancing) {
      return; // called back by a client that answers at once; the loop below goes on
    }
    isAdvancing = true;
    try {
      while (failure == null && !isFinishing && step()) {}
    } catch (RuntimeException e) {
      fail(e);
    } finally {
      isAdvancing = false;
    }
  }

  /** Does one thing, if there is one to do. */
  private boolean step() {
    if (current.hasRemaining()) {
      if (!filling.isFull()) {
        filling.take(current);
        return true;
      }
      return earlier.isDone() && slots.tryAcquire() && ship();
    }
    if (pending != null) {
      if (pending.hasNext()) {
        current = pending.next();
      } else {
        pending = null;
        current = NOTHING;
      }
      return true;
    }
    // A first part that is full may be the whole object; any other is sent without waiting.
    if (number > 1 && filling.size() > 0 && (filling.isFull() || hasEnded)) {
      return slots.tryAcquire() && ship();
    }
    if (hasEnded && inFlight.isEmpty()) {
      finish();
    }
    return false;
  }

  /** With a slot. */
  private boolean ship() {
    try {
      plan.size(number, shipped); // refuses one part too many
    } catch (IllegalStateException tooMany) {
      slots.release();
      throw tooMany;
    }
    PartBuffer part = filling;
    int partNumber = number;
    shipped += part.size();
    number++;
    // A full last part may be followed by nothing, so that there is no next one is no failure yet.
    filling = new PartBuffer(number > PartPlan.MAX_PARTS ? 0 : plan.size(number, shipped), blocks);
    CompletableFuture<CompletedPart> sent =
        started().thenCompose(upload -> stored(upload, part, partNumber));
    inFlight.add(sent);
    long sentAt = System.nanoTime();
    var unused = sent.whenComplete((stored, cause) -> partDone(part, sentAt, sent, stored, cause));
    return true;
  }

  private CompletableFuture<OpenUpload> started() {
    CompletableFuture<OpenUpload> started = starting;
    if (started == null) {
      started = isResumable() ? multipart.resume() : multipart.create();
      starting = started;
    }
    return started;
  }

  private boolean isResumable() {
    return settings.resume() == ResumePolicy.BY_KEY;
  }

  /** Sends the part, unless it is there already. */
  private CompletableFuture<CompletedPart> stored(
      OpenUpload upload, PartBuffer part, int partNumber) {
    Part there = upload.candidate(partNumber, part.size());
    if (there == null) {
      return sent(upload.id(), part, partNumber);
    }
    return CompletableFuture.supplyAsync(() -> part.isContentOf(there)) // not on a client's thread
        .thenCompose(
            isSame ->
                isSame
                    ? CompletableFuture.completedFuture(UploadRequests.completed(there))
                    : sent(upload.id(), part, partNumber));
  }

  private CompletableFuture<CompletedPart> sent(String uploadId, PartBuffer part, int partNumber) {
    return send(() ->
            client.uploadPart(requests.part(uploadId, partNumber, part.size()), part.body()))
        .thenApply(response -> UploadRequests.completed(partNumber, response));
  }

  private synchronized <T> CompletableFuture<T> send(Supplier<CompletableFuture<T>> request) {
    Throwable cause = failure;
    if (cause != null) {
      return CompletableFuture.failedFuture(cause);
    }
    CompletableFuture<T> call = retrying.call(request);
    calls.add(call);
    return call;
  }

  private synchronized void partDone(
      PartBuffer part,
      long sentAt,
      CompletableFuture<?> sent,
      @Nullable CompletedPart stored,
      @Nullable Throwable cause) {
    inFlight.removeIf(call -> call == sent);
    calls.removeIf(CompletableFuture::isDone);
    slots.release();
    if (stored == null) {
      fail(Failures.unwrap(Objects.requireNonNull(cause)));
      return;
    }
    parts.add(stored);
    part.release();
    settings.observer().confirmed(settings.name(), 1, Duration.ofNanos(System.nanoTime() - sentAt));
    advance();
    onChange.run();
  }

  private void finish() {
    isFinishing = true;
    long size = shipped + filling.size();
    if (requests.length() >= 0 && requests.length() != size) {
      fail(
          new IllegalStateException(
              "the stream has %d bytes, the request's contentLength is %d"
                  .formatted(size, requests.length())));
      return;
    }
    CompletableFuture<PutObjectResponse> done = number == 1 ? put() : complete();
    inFlight.add(done);
    var unused = done.whenComplete((response, cause) -> finished(done, response, cause));
  }

  private CompletableFuture<PutObjectResponse> put() {
    return send(() -> client.putObject(requests.put(filling.size()), filling.body()));
  }

  private CompletableFuture<PutObjectResponse> complete() {
    String uploadId = started().join().id(); // a part was sent with it
    parts.sort(Comparator.comparing(CompletedPart::partNumber));
    return multipart.complete(uploadId, Collections.unmodifiableList(parts), shipped);
  }

  private synchronized void finished(
      CompletableFuture<?> done, @Nullable PutObjectResponse response, @Nullable Throwable cause) {
    inFlight.removeIf(call -> call == done);
    if (response == null) {
      fail(Failures.unwrap(Objects.requireNonNull(cause)));
    } else if (failure == null) {
      result.complete(response);
    }
  }

  private void fail(Throwable cause) {
    if (failure != null || result.isDone()) {
      return;
    }
    failure = cause;
    pending = null;
    onChange.run();
    CompletableFuture<OpenUpload> started = starting;
    CompletableFuture<?>[] parting = inFlight.toArray(new CompletableFuture<?>[0]);
    var unused =
        CompletableFuture.allOf(parting)
            .orTimeout(settings.abortTimeout().toNanos(), TimeUnit.NANOSECONDS)
            // Their failures are of no interest any more, but whether they have ended is.
            .handle((done, late) -> cancelCalls())
            .thenCompose(cancelled -> leave(started, cancelled))
            .whenComplete(
                (done, notAborted) -> {
                  if (notAborted != null) {
                    cause.addSuppressed(Failures.unwrap(notAborted));
                  }
                  result.completeExceptionally(cause);
                });
  }

  /** Aborts the upload, unless there is none or it may be continued. */
  private CompletableFuture<Boolean> leave(
      @Nullable CompletableFuture<OpenUpload> started, boolean isSomethingLate) {
    if (started == null && isSomethingLate) {
      return CompletableFuture.failedFuture(
          new TimeoutException(
              "the object %s may still appear: its put did not end within %s"
                  .formatted(requests.key(), settings.abortTimeout())));
    }
    return started == null || isResumable()
        ? CompletableFuture.completedFuture(false)
        : started
            .handle((upload, none) -> upload == null ? null : upload.id())
            .thenCompose(uploadId -> multipart.abort(uploadId, isSomethingLate));
  }

  /** Whether there were any: what they have sent may still arrive. */
  private synchronized boolean cancelCalls() {
    List<CompletableFuture<?>> late = new ArrayList<>(calls);
    late.removeIf(CompletableFuture::isDone);
    late.forEach(call -> call.cancel(true));
    return !late.isEmpty();
  }
}
