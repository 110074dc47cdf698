package dev.connectors.s3.internal;

import dev.connectors.s3.ObjectTooLargeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Reads an object into memory, but not one that is larger than the limit. The client prepares it
 * again for each attempt.
 */
final class SmallObject
    implements AsyncResponseTransformer<GetObjectResponse, ResponseBytes<GetObjectResponse>> {
  private static final int UNKNOWN = 8 << 10;

  private final String key;
  private final long limit;
  private volatile CompletableFuture<ResponseBytes<GetObjectResponse>> result =
      new CompletableFuture<>();
  private volatile @Nullable GetObjectResponse response;

  SmallObject(String key, long limit) {
    this.key = key;
    this.limit = limit;
  }

  @Override
  public CompletableFuture<ResponseBytes<GetObjectResponse>> prepare() {
    result = new CompletableFuture<>();
    return result;
  }

  @Override
  public void onResponse(GetObjectResponse opened) {
    response = opened;
  }

  @Override
  public void onStream(SdkPublisher<ByteBuffer> body) {
    body.subscribe(new Reading(result, response));
  }

  @Override
  public void exceptionOccurred(Throwable failure) {
    result.completeExceptionally(failure);
  }

  private final class Reading implements Subscriber<ByteBuffer> {
    private final CompletableFuture<ResponseBytes<GetObjectResponse>> outcome;
    private final @Nullable GetObjectResponse opened;
    private @Nullable Subscription subscription;
    private byte[] content = new byte[0];
    private int size;

    Reading(
        CompletableFuture<ResponseBytes<GetObjectResponse>> outcome,
        @Nullable GetObjectResponse opened) {
      this.outcome = outcome;
      this.opened = opened;
    }

    @Override
    public void onSubscribe(Subscription open) {
      if (subscription != null) {
        open.cancel();
        return;
      }
      subscription = open;
      Long length = opened == null ? null : opened.contentLength();
      if (length != null && length > limit) {
        refuse(length);
        return;
      }
      content = new byte[length == null ? UNKNOWN : length.intValue()];
      open.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      int length = bytes.remaining();
      if (outcome.isDone()) {
        return;
      }
      if ((long) size + length > limit) {
        refuse((long) size + length);
        return;
      }
      if (size + length > content.length) {
        content = Arrays.copyOf(content, Math.max(size + length, (int) Math.min(limit, size * 2L)));
      }
      bytes.get(content, size, length);
      size += length;
    }

    private void refuse(long length) {
      if (subscription != null) {
        subscription.cancel();
      }
      outcome.completeExceptionally(new ObjectTooLargeException(key, length, limit));
    }

    @Override
    public void onError(Throwable failure) {
      outcome.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      Long length = opened == null ? null : opened.contentLength();
      if (length != null && length != size) {
        outcome.completeExceptionally(
            new IOException(
                "the body of %s has %d bytes and was to have %d".formatted(key, size, length)));
        return;
      }
      byte[] exact = size == content.length ? content : Arrays.copyOf(content, size);
      outcome.complete(ResponseBytes.fromByteArrayUnsafe(opened, exact));
    }
  }
}
