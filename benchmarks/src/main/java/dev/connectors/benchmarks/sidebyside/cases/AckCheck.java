package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * What every contender does with every confirmation of a broker: count, add up the bytes, and see
 * that each partition comes in order. Of one thread at a time.
 */
final class AckCheck {
  private static final int SHOWN_EVERY = 100;

  private final Meter meter;
  private final long[] next;
  private volatile long count;
  private long bytes;

  AckCheck(Meter meter, int partitions) {
    this.meter = meter;
    this.next = new long[partitions];
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer; volatile for verify
  void accept(RecordMetadata metadata) {
    if (metadata.offset() != next[metadata.partition()]++) {
      throw new WrongResult(
          "partition %d: offset %d instead of %d"
              .formatted(metadata.partition(), metadata.offset(), next[metadata.partition()] - 1));
    }
    bytes += metadata.serializedValueSize();
    count++;
    if (count % SHOWN_EVERY == 0) {
      meter.progress(count);
    }
  }

  /** To be called when nothing can come any more. */
  void verify(long expected, int bytesEach) {
    WrongResult.check("confirmed records", count, expected);
    WrongResult.check("confirmed bytes", bytes, expected * bytesEach);
  }
}
