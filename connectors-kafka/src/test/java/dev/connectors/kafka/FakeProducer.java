package dev.connectors.kafka;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's mock, whose records can be acknowledged in any order, and that can't send "poison". One
 * that is made for a {@link FakeCluster} behaves as the client does: a thread of its own sends and
 * acknowledges, and closing waits for it.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // guarded by the stage or the list
final class FakeProducer extends MockProducer<String, String> {
  static final String THREAD = "fake-producer";
  static final int MAX_REQUEST_SIZE = 1_000;

  final List<Sent> sent = new CopyOnWriteArrayList<>();
  final List<Duration> closings = new CopyOnWriteArrayList<>();

  /** Whether each record is acknowledged at once. */
  volatile boolean acknowledges;

  /** What sending does first. */
  volatile Runnable beforeSend = () -> {};

  private final @Nullable FakeSender sender;

  /** A record that was sent; its offset is its place in the order of sending. */
  record Sent(ProducerRecord<String, String> record, Callback callback, int offset, String thread) {
    RecordMetadata metadata() {
      return metadata(offset);
    }

    private RecordMetadata metadata(long at) {
      return new RecordMetadata(partition(), at, 0, -1, -1, -1);
    }

    TopicPartition partition() {
      Integer number = record.partition();
      return new TopicPartition(record.topic(), number == null ? 0 : number);
    }

    void acknowledge() {
      callback.onCompletion(metadata(), null);
    }

    void acknowledge(long at) {
      callback.onCompletion(metadata(at), null);
    }

    /** As the client does: there is metadata all the same, without an offset. */
    void fail(Exception cause) {
      callback.onCompletion(metadata(-1), cause);
    }
  }

  FakeProducer() {
    this(null);
  }

  FakeProducer(@Nullable FakeCluster cluster) {
    super(false, null, new StringSerializer(), new StringSerializer());
    if (cluster == null) {
      sender = null;
    } else {
      sender = new FakeSender(cluster, THREAD);
      sender.start();
    }
  }

  @Override
  public Future<RecordMetadata> send(ProducerRecord<String, String> record, Callback callback) {
    beforeSend.run();
    if ("poison".equals(record.value())) {
      throw new SerializationException("for a test");
    }
    if (sender != null && sent.isEmpty()) {
      sender.awaitMetadata();
    }
    Future<RecordMetadata> future = super.send(record, (metadata, cause) -> {});
    Sent one =
        new Sent(record, requireNonNull(callback), sent.size(), Thread.currentThread().getName());
    if (record.value().length() > MAX_REQUEST_SIZE) {
      one.fail(new RecordTooLargeException("for a test")); // told, not thrown
      return future;
    }
    sent.add(one);
    if (sender != null) {
      sender.send(one);
    } else if (acknowledges) {
      one.acknowledge();
    }
    return future;
  }

  @Override
  public void close(Duration timeout) {
    closings.add(timeout);
    super.close(timeout);
    if (sender != null) {
      sender.close(timeout);
    }
  }
}
