package dev.connectors.s3.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.model.Part;

/** The content of one part, gathered and then sent, as often as needed. Not thread-safe. */
final class PartBuffer {
  private final long capacity;
  private final Blocks pool;
  private final List<byte[]> blocks = new ArrayList<>();
  private long size;

  PartBuffer(long capacity, Blocks pool) {
    this.capacity = capacity;
    this.pool = pool;
  }

  long size() {
    return size;
  }

  boolean isFull() {
    return size == capacity;
  }

  /** Takes as much of {@code content} as fits. */
  void take(ByteBuffer content) {
    while (content.hasRemaining() && size < capacity) {
      int used = (int) (size % pool.blockSize());
      if (used == 0) {
        blocks.add(pool.take());
      }
      byte[] block = blocks.get(blocks.size() - 1);
      int length =
          (int) Math.min(Math.min(content.remaining(), block.length - used), capacity - size);
      content.get(block, used, length);
      size += length;
    }
  }

  /** A body that may be read several times, until the part is released. */
  AsyncRequestBody body() {
    if (size == 0) {
      return AsyncRequestBody.empty();
    }
    return AsyncRequestBody.fromRemainingByteBuffersUnsafe(content());
  }

  private ByteBuffer[] content() {
    ByteBuffer[] content = new ByteBuffer[blocks.size()];
    long left = size;
    for (int i = 0; i < content.length; i++) {
      int length = (int) Math.min(pool.blockSize(), left);
      content[i] = ByteBuffer.wrap(blocks.get(i), 0, length);
      left -= length;
    }
    return content;
  }

  /** Whether {@code part} has the same content. */
  boolean isContentOf(Part part) {
    PartDigest digest = new PartDigest(part);
    for (ByteBuffer block : content()) {
      digest.update(block);
    }
    return digest.matches();
  }

  /** Gives its memory back: nothing reads it any more. */
  void release() {
    blocks.forEach(pool::giveBack);
    blocks.clear();
  }
}
