package dev.connectors.jms.internal;

import dev.connectors.core.internal.Lane;
import jakarta.jms.Message;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Messages of one session on their way into the stream. */
final class MessageBatch {
  static final int MOST = 64;

  /** Null for a plain source. */
  final @Nullable Lane lane;

  private final long firstPosition;
  private final @Nullable Message[] messages = new @Nullable Message[MOST];
  private final int[] sizes = new int[MOST];
  private int size;
  private int next;
  private long emittedBytes;

  /**
   * @param firstPosition of the first message in the lane
   */
  MessageBatch(@Nullable Lane lane, long firstPosition) {
    this.lane = lane;
    this.firstPosition = firstPosition;
  }

  void add(Message message, int bytes) {
    messages[size] = message;
    sizes[size++] = bytes;
  }

  int size() {
    return size;
  }

  boolean isExhausted() {
    return next == size;
  }

  Message peek() {
    return Objects.requireNonNull(messages[next]);
  }

  long position() {
    return firstPosition + next;
  }

  int bytes() {
    return sizes[next];
  }

  void advance() {
    emittedBytes += sizes[next];
    messages[next++] = null;
  }

  int emitted() {
    return next;
  }

  long emittedBytes() {
    return emittedBytes;
  }
}
