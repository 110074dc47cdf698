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
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.StringSerializer;

/** Kafka's mock, whose records can be acknowledged in any order, and that can't send "poison". */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // guarded by the stage or the list
final class FakeProducer extends MockProducer<String, String> {
  final List<Sent> sent = new CopyOnWriteArrayList<>();
  final List<Duration> closings = new CopyOnWriteArrayList<>();

  /** Whether each record is acknowledged at once. */
  volatile boolean acknowledges;

  /** A record that was sent; its offset is its place in the order of sending. */
  record Sent(ProducerRecord<String, String> record, Callback callback, int offset, String thread) {
    RecordMetadata metadata() {
      return new RecordMetadata(new TopicPartition(record.topic(), 0), offset, 0, 0, 0, 0);
    }

    void acknowledge() {
      callback.onCompletion(metadata(), null);
    }

    void fail(Exception cause) {
      callback.onCompletion(null, cause);
    }
  }

  FakeProducer() {
    super(false, null, new StringSerializer(), new StringSerializer());
  }

  @Override
  public Future<RecordMetadata> send(ProducerRecord<String, String> record, Callback callback) {
    if ("poison".equals(record.value())) {
      throw new SerializationException("for a test");
    }
    Future<RecordMetadata> future = super.send(record, (metadata, cause) -> {});
    Sent one =
        new Sent(record, requireNonNull(callback), sent.size(), Thread.currentThread().getName());
    sent.add(one);
    if (acknowledges) {
      one.acknowledge();
    }
    return future;
  }

  @Override
  public void close(Duration timeout) {
    closings.add(timeout);
    super.close(timeout);
  }
}
