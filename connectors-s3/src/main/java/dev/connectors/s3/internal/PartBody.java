package dev.connectors.s3.internal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.reactivestreams.Subscriber;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.SdkPublisher;

/**
 * Content in memory, to be read as often as it is sent. The client's own body of this kind hands
 * out read-only buffers, of which the client copies all bytes once more to sum them up.
 */
final class PartBody implements AsyncRequestBody {
  private final List<ByteBuffer> content;
  private final long size;

  PartBody(List<ByteBuffer> content, long size) {
    this.content = List.copyOf(content);
    this.size = size;
  }

  @Override
  public Optional<Long> contentLength() {
    return Optional.of(size);
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    SdkPublisher.fromIterable(() -> content.stream().map(ByteBuffer::duplicate).iterator())
        .subscribe(subscriber);
  }
}
