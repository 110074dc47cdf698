package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What every contender does with every record it reads: count, add up the bytes, and see that each
 * partition comes in order and without gaps. Starts the clock. Of one thread at a time.
 */
final class RecordCheck {
  private static final int SHOWN_EVERY = 100;

  private final Meter meter;
  private final Topics.Topic topic;
  private final long[] next;
  private final Runnable onLast;
  private final CompletableFuture<Long> last = new CompletableFuture<>();
  private long count;
  private long bytes;

  /**
   * @param onLast called with the last record, on the contender's thread
   */
  RecordCheck(Meter meter, Topics.Topic topic, Runnable onLast) {
    this.meter = meter;
    this.topic = topic;
    this.next = new long[topic.partitions()];
    this.onLast = onLast;
  }

  void accept(ConsumerRecord<byte[], byte[]> record) {
    if (count == 0) {
      meter.begin();
    }
    if (record.offset() != next[record.partition()]++) {
      throw new WrongResult(
          "partition %d: offset %d instead of %d"
              .formatted(record.partition(), record.offset(), next[record.partition()] - 1));
    }
    bytes += record.value().length;
    count++;
    if (count % SHOWN_EVERY == 0) {
      meter.progress(count);
    }
    if (count == topic.records()) {
      onLast.run();
      last.complete(count);
    }
  }

  boolean isComplete() {
    return count >= topic.records();
  }

  long count() {
    return count;
  }

  /** Completes with the last record; fails when {@code stream} does before. */
  CompletionStage<Long> lastOr(CompletionStage<?> stream) {
    stream.whenComplete(
        (done, cause) -> {
          if (cause != null) {
            last.completeExceptionally(cause);
          }
        });
    return last;
  }

  /** To be called when nothing can come any more. */
  void verify() {
    WrongResult.check("records", count, topic.records());
    WrongResult.check("bytes", bytes, topic.records() * topic.bytes());
  }
}
