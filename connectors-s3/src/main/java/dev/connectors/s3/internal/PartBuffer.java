package dev.connectors.s3.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.model.Part;

/**
 * The content of one part, gathered and then sent, as often as needed. Large pieces are kept as
 * they are, small ones are copied one after the other into blocks. Not thread-safe.
 */
final class PartBuffer {
  /** From this size on, another piece for the client to read costs less than a copy. */
  static final int LARGE = 16 << 10;

  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private final long capacity;
  private final Blocks pool;
  private final List<byte[]> blocks = new ArrayList<>();
  private final List<ByteBuffer> content = new ArrayList<>();
  private long size;

  /** The last of the blocks, to be written on. */
  private ByteBuffer block = NONE;

  /** As far as the block is in the content. */
  private int sealed;

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

  /** Takes all of {@code piece}, or nothing if it would have to be divided. */
  boolean takesWhole(ByteString piece) {
    int length = piece.size();
    if (length == 0) {
      return true;
    }
    // Compact, so that no more memory is held than is counted.
    if (length >= LARGE && length <= capacity - size && piece.isCompact()) {
      seal();
      content.add(ByteBuffer.wrap(piece.toArrayUnsafe()));
      size += length;
      return true;
    }
    if (length > room()) {
      return false;
    }
    size += piece.copyToBuffer(block);
    return true;
  }

  /** Takes as much of {@code piece} as fits. */
  void take(ByteBuffer piece) {
    for (int room = room(); room > 0 && piece.hasRemaining(); room = room()) {
      int length = Math.min(piece.remaining(), room);
      piece.get(block.array(), block.position(), length);
      block.position(block.position() + length);
      size += length;
    }
  }

  /** How much may be written into the block, which becomes the next one if need be. */
  private int room() {
    if (isFull()) {
      return 0;
    }
    if (!block.hasRemaining()) {
      seal();
      byte[] next = pool.take();
      blocks.add(next);
      block = ByteBuffer.wrap(next);
      sealed = 0;
    }
    return (int) Math.min(block.remaining(), capacity - size);
  }

  /** What was written into the block is in the content. */
  private void seal() {
    int written = block.position();
    if (written > sealed) {
      content.add(ByteBuffer.wrap(block.array(), sealed, written - sealed));
      sealed = written;
    }
  }

  /** A body that may be read several times, until the part is released. */
  AsyncRequestBody body() {
    if (size == 0) {
      return AsyncRequestBody.empty();
    }
    seal();
    return new PartBody(content, size);
  }

  /** Whether {@code part} has the same content. */
  boolean isContentOf(Part part) {
    seal();
    PartDigest digest = new PartDigest(part);
    content.forEach(digest::update);
    return digest.matches();
  }

  /** Gives its memory back: nothing reads it any more. */
  void release() {
    blocks.forEach(pool::giveBack);
    blocks.clear();
    content.clear();
    block = NONE;
    sealed = 0;
  }
}
