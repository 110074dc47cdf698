package dev.connectors.s3.internal;

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
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * One object being written: gathers parts, sends them, completes or aborts. It knows nothing of
 * streams, and goes on by itself once the end or a failure is told.
 *
 * <p>Thread-safe; what it tells, it tells while it holds its lock, to who must not block.
 */
final class Upload {
  private static final int BLOCK = 128 << 10;

  private final S3AsyncClient client;
  private final UploadRequests requests;
  private final UploadSettings settings;
  private final PartPlan plan;
  private final Retrying retrying;
  private final Multipart multipart;
  private final Runnable onChange;
  private final CompletableFuture<PutObjectResponse> result = new CompletableFuture<>();

  private final Blocks blocks = new Blocks(BLOCK);
  private final List<CompletedPart> parts = new ArrayList<>();
  private final Set<CompletableFuture<?>> inFlight = new HashSet<>();
  private final Set<CompletableFuture<?>> calls = new HashSet<>();
  private @Nullable CompletableFuture<String> creating;
  private PartBuffer filling;
  private int number = 1;
  private long shipped;
  private @Nullable Iterator<ByteBuffer> pending;
  private ByteBuffer current = ByteBuffer.allocate(0);
  private boolean hasEnded;
  private boolean isFinishing;
  private boolean isAdvancing;
  private volatile @Nullable Throwable failure;

  /**
   * @param onChange told that {@link #wantsMore} or {@link #hasFailed} may have changed
   */
  Upload(
      S3AsyncClient client, PutObjectRequest request, UploadSettings settings, Runnable onChange) {
    this.client = client;
    this.requests = new UploadRequests(request, client);
    this.settings = settings;
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
    multipart =
        new Multipart(
            client,
            requests,
            retrying,
            new Retrying(
                settings.name(),
                settings.retry().withMaxDuration(settings.abortTimeout()),
                settings.abortTimeout(),
                settings.observer(),
                () -> true));
  }

  /** Completes when the object is there, or fails when the upload has been aborted. */
  CompletableFuture<PutObjectResponse> result() {
    return result;
  }

  boolean hasFailed() {
    return failure != null;
  }

  synchronized boolean wantsMore() {
    return failure == null
        && !hasEnded
        && pending == null
        && (!filling.isFull() || inFlight.size() < settings.parallelism());
  }

  /** Takes content; to be called only when it {@linkplain #wantsMore wants more}. */
  synchronized void offer(ByteString content) {
    pending = content.getByteBuffers().iterator();
    advance();
  }

  /** There is no more content. */
  synchronized void end() {
    hasEnded = true;
    advance();
  }

  /** Gives up: nothing will be left of it on the server. */
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
    boolean canShip = inFlight.size() < settings.parallelism();
    if (current.hasRemaining()) {
      if (!filling.isFull()) {
        filling.take(current);
        return true;
      }
      return canShip && ship();
    }
    if (pending != null) {
      if (pending.hasNext()) {
        current = pending.next();
      } else {
        pending = null;
        current = ByteBuffer.allocate(0);
      }
      return true;
    }
    // A first part that is full may be the whole object; any other is sent without waiting.
    if (number > 1 && filling.size() > 0 && (filling.isFull() || hasEnded)) {
      return canShip && ship();
    }
    if (hasEnded && inFlight.isEmpty()) {
      finish();
    }
    return false;
  }

  private boolean ship() {
    plan.size(number, shipped); // refuses one part too many
    PartBuffer part = filling;
    int partNumber = number;
    long length = part.size();
    shipped += length;
    number++;
    // A full last part may be followed by nothing, so that there is no next one is no failure yet.
    filling = new PartBuffer(number > PartPlan.MAX_PARTS ? 0 : plan.size(number, shipped), blocks);
    CompletableFuture<UploadPartResponse> sent =
        create()
            .thenCompose(
                uploadId ->
                    send(
                        () ->
                            client.uploadPart(
                                requests.part(uploadId, partNumber, length), part.body())));
    inFlight.add(sent);
    long sentAt = System.nanoTime();
    var unused =
        sent.whenComplete(
            (response, cause) -> partDone(part, partNumber, sentAt, sent, response, cause));
    return true;
  }

  private CompletableFuture<String> create() {
    CompletableFuture<String> started = creating;
    if (started == null) {
      started = multipart.create();
      creating = started;
    }
    return started;
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
      int partNumber,
      long sentAt,
      CompletableFuture<?> sent,
      @Nullable UploadPartResponse response,
      @Nullable Throwable cause) {
    inFlight.removeIf(call -> call == sent);
    calls.removeIf(CompletableFuture::isDone);
    if (response == null) {
      fail(Failures.unwrap(Objects.requireNonNull(cause)));
      return;
    }
    parts.add(UploadRequests.completed(partNumber, response));
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
    return retrying.call(() -> client.putObject(requests.put(filling.size()), filling.body()));
  }

  private CompletableFuture<PutObjectResponse> complete() {
    String uploadId = create().join(); // a part was sent with it
    parts.sort(Comparator.comparing(CompletedPart::partNumber));
    return multipart.complete(uploadId, Collections.unmodifiableList(parts), shipped);
  }

  private synchronized void finished(
      CompletableFuture<?> done, @Nullable PutObjectResponse response, @Nullable Throwable cause) {
    inFlight.removeIf(call -> call == done);
    if (response == null) {
      fail(Failures.unwrap(Objects.requireNonNull(cause)));
    } else {
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
    CompletableFuture<String> created = creating;
    if (created == null) {
      result.completeExceptionally(cause);
      return;
    }
    CompletableFuture<?>[] parting = inFlight.toArray(new CompletableFuture<?>[0]);
    var unused =
        CompletableFuture.allOf(parting)
            .orTimeout(settings.abortTimeout().toNanos(), TimeUnit.NANOSECONDS)
            // Their failures are of no interest any more, but whether they have ended is.
            .handle((done, late) -> cancelCalls())
            .thenCompose(
                cancelled ->
                    created
                        .handle((uploadId, none) -> uploadId)
                        .thenCompose(uploadId -> multipart.abort(uploadId, cancelled)))
            .whenComplete(
                (done, notAborted) -> {
                  if (notAborted != null) {
                    cause.addSuppressed(Failures.unwrap(notAborted));
                  }
                  result.completeExceptionally(cause);
                });
  }

  /** Whether there were any: what they have sent may still arrive. */
  private synchronized boolean cancelCalls() {
    List<CompletableFuture<?>> late = new ArrayList<>(calls);
    late.removeIf(CompletableFuture::isDone);
    late.forEach(call -> call.cancel(true));
    return !late.isEmpty();
  }
}
