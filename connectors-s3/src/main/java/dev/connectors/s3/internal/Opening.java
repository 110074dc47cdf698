package dev.connectors.s3.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Gives the response and its body as soon as they are there. The client's own transformer to a
 * publisher does so, too, but forgets failures that come later; and the Netty client tells of a
 * connection that the server has closed only there, not to who reads the body.
 */
final class Opening implements AsyncResponseTransformer<GetObjectResponse, Opening.Opened> {
  /**
   * A body that may be read.
   *
   * @param lost never completes but with the failure that ended the connection
   */
  record Opened(
      GetObjectResponse response, SdkPublisher<ByteBuffer> body, CompletableFuture<Void> lost) {
    /** Has {@code feed} filled from now on. */
    void into(Inbox.Feed feed) {
      body.subscribe(feed);
      var unused =
          lost.exceptionally(
              failure -> {
                feed.lost(failure);
                return null;
              });
    }

    /** Frees the connection. */
    void discard() {
      body.subscribe(Inbox.closedFeed());
    }
  }

  private volatile CompletableFuture<Opened> opened = new CompletableFuture<>();
  private volatile CompletableFuture<Void> lost = new CompletableFuture<>();
  private volatile @Nullable GetObjectResponse response;

  @Override
  public CompletableFuture<Opened> prepare() {
    opened = new CompletableFuture<>();
    lost = new CompletableFuture<>();
    return opened;
  }

  @Override
  public void onResponse(GetObjectResponse received) {
    response = received;
  }

  @Override
  public void onStream(SdkPublisher<ByteBuffer> body) {
    GetObjectResponse received = response;
    if (received == null) {
      opened.completeExceptionally(new IllegalStateException("a body came without a response"));
    } else {
      opened.complete(new Opened(received, body, lost));
    }
  }

  /** Frees the connection that was opened or will be. */
  void discard() {
    var unused = opened.thenAccept(Opened::discard);
  }

  @Override
  public void exceptionOccurred(Throwable failure) {
    opened.completeExceptionally(failure);
    lost.completeExceptionally(failure);
  }
}
