package dev.connectors.s3.internal;

import dev.connectors.core.RollingFormat;
import dev.connectors.core.internal.RollingOutput;
import dev.connectors.core.internal.RollingTarget;
import dev.connectors.s3.RolledObject;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** One of the objects that elements are written into. Not thread-safe. */
final class RollingObject<T> implements RollingTarget<T, RolledObject> {
  private final String partition;
  private final PutObjectRequest request;
  private final Upload upload;
  private final Outbox outbox;
  private final RollingOutput<? super T> output;
  private final Throwable abortion;
  private final Runnable onWaiting;
  private CompletableFuture<?> earlier = CompletableFuture.completedFuture(true);
  private long elements;
  private boolean isEnding;
  private boolean hasEnded;
  private @Nullable RolledObject result;

  /**
   * Has its header.
   *
   * @param abortion what the upload fails with if it is aborted
   * @param onWaiting run when there is something to {@link #advance} with
   */
  RollingObject(
      String partition,
      PutObjectRequest request,
      RollingFormat<? super T> format,
      Upload upload,
      Throwable abortion,
      Runnable onWaiting)
      throws IOException {
    this.partition = partition;
    this.request = request;
    this.upload = upload;
    this.outbox = new Outbox(upload);
    this.output = new RollingOutput<>(format, outbox::write);
    this.abortion = abortion;
    this.onWaiting = onWaiting;
  }

  /** It replaces one that is not complete, and must be so only after it. */
  void endAfter(CompletableFuture<?> outcome) {
    earlier = outcome;
  }

  static String name(PutObjectRequest request) {
    return request.bucket() + "/" + request.key();
  }

  @Override
  public String name() {
    return name(request);
  }

  @Override
  public void write(T element) throws IOException {
    output.write(element);
    if (isBacklogged()) {
      onWaiting.run();
    }
  }

  @Override
  public long bytes() {
    return outbox.bytes();
  }

  @Override
  public void end(long written) throws IOException {
    elements = written;
    output.end();
    isEnding = true;
    onWaiting.run();
  }

  /** Hands over what the upload takes, at last that there is no more; sees what became of it. */
  void advance() {
    upload.goOn();
    outbox.drain();
    if (isEnding && !hasEnded && outbox.isEmpty() && earlier.isDone()) {
      hasEnded = true;
      upload.end();
    }
    CompletableFuture<PutObjectResponse> uploaded = upload.result();
    if (result == null && uploaded.isDone() && !uploaded.isCompletedExceptionally()) {
      result =
          new RolledObject(
              request.bucket(),
              request.key(),
              partition,
              elements,
              outbox.bytes(),
              uploaded.join());
    }
  }

  boolean isEnding() {
    return isEnding;
  }

  /** Whether no more is to be written for the time being. */
  boolean isBacklogged() {
    return !outbox.isEmpty();
  }

  @Nullable Throwable failure() {
    return upload.failure();
  }

  @Override
  public @Nullable RolledObject result() {
    return result;
  }

  @Override
  public void abort() {
    output.abort();
    upload.abort(abortion);
  }
}
