package dev.connectors.kafka.internal;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A record between the stage, which waits for it in its turn, the thread that sends it, and the
 * client's thread, which completes it.
 */
final class SentRecord<K, V, C> implements Callback {
  final C context;

  /** In nanoseconds; 0 when nobody wants to know. */
  final long takenAt;

  private final Runnable wake;
  private @Nullable ProducerRecord<K, V> record;
  private @Nullable RecordMetadata metadata;
  private @Nullable Throwable failure;
  private volatile boolean completed;
  private volatile boolean awaited;

  /**
   * @param wake run when it fails, and when it is completed after somebody began to wait for it
   */
  SentRecord(ProducerRecord<K, V> record, C context, long takenAt, Runnable wake) {
    this.record = record;
    this.context = context;
    this.takenAt = takenAt;
    this.wake = wake;
  }

  /** For whoever sends it: the client has its bytes after that, nobody needs the record. */
  ProducerRecord<K, V> takeRecord() {
    ProducerRecord<K, V> taken = record;
    if (taken == null) {
      throw new IllegalStateException("sent already");
    }
    record = null;
    return taken;
  }

  @Override
  public void onCompletion(@Nullable RecordMetadata result, @Nullable Exception cause) {
    complete(result, cause);
  }

  /** The client didn't take it. */
  void refused(Throwable cause) {
    complete(null, cause);
  }

  private void complete(@Nullable RecordMetadata result, @Nullable Throwable cause) {
    metadata = result;
    failure = cause;
    completed = true;
    if (awaited || cause != null) {
      wake.run();
    }
  }

  boolean isCompleted() {
    return completed;
  }

  /** Whether it is not completed; then its completion wakes the stage. */
  boolean isAwaited() {
    if (completed) {
      return false;
    }
    awaited = true;
    return !completed; // seen now, or its completion sees that it is awaited
  }

  /** Null while it is not confirmed. */
  @Nullable RecordMetadata metadata() {
    return completed && failure == null ? metadata : null;
  }

  /** Null while it has not failed. */
  @Nullable Throwable failure() {
    return completed ? failure : null;
  }
}
