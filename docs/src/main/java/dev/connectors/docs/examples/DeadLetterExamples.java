package dev.connectors.docs.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.util.BinaryData;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.DeadLetter;
import dev.connectors.core.DeadLetterSettings;
import dev.connectors.core.DeadLetters;
import dev.connectors.elasticsearch.Bulk;
import dev.connectors.elasticsearch.BulkOperationException;
import dev.connectors.elasticsearch.BulkSettings;
import dev.connectors.elasticsearch.ElasticsearchFlow;
import dev.connectors.elasticsearch.FailurePolicy;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaFlow;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.ProducerSettings;
import dev.connectors.kafka.Subscription;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Flow;

/** What Elasticsearch refuses goes to a topic, and from there once more into the index. */
public final class DeadLetterExamples {
  private DeadLetterExamples() {}

  // tag::divert[]
  /** Indexes a topic; records whose documents are refused go to the topic {@code dead}. */
  public static Control.Draining<Done> index(
      ActorSystem system,
      ConsumerSettings<byte[], byte[]> consumer,
      String topic,
      ElasticsearchAsyncClient client,
      ProducerSettings<byte[], byte[]> producer,
      String dead) {
    DeadLetters<ConsumerRecord<byte[], byte[]>> deadLetters =
        DeadLetters.create(
                "orders-indexer",
                Flow.<DeadLetter<ConsumerRecord<byte[], byte[]>>>create()
                    .map(letter -> deadRecord(dead, letter))
                    .via(KafkaFlow.produce(producer)),
                DeadLetterSettings.create(system))
            .withEarlier(DeadLetterExamples::headers);

    return KafkaSource.committable(consumer, Subscription.topics(topic))
        .via(deadLetters.keep())
        .map(DeadLetterExamples::operation)
        .via(
            ElasticsearchFlow.bulkWithContext(
                client, BulkSettings.create(system).withOnFailure(FailurePolicy.EMIT)))
        .via(deadLetters.divert(BulkOperationException::of))
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
  }

  // end::divert[]

  // tag::record[]
  /** The record once more, with the letter's headers. */
  private static ProducerRecord<byte[], byte[]> deadRecord(
      String dead, DeadLetter<ConsumerRecord<byte[], byte[]>> letter) {
    ConsumerRecord<byte[], byte[]> record = letter.payload();
    ProducerRecord<byte[], byte[]> copy =
        new ProducerRecord<>(dead, null, record.key(), record.value(), record.headers());
    letter
        .headers()
        .forEach((name, value) -> copy.headers().remove(name).add(name, value.getBytes(UTF_8)));
    return copy;
  }

  /** The headers of an earlier letter, if the record was in one. */
  private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    for (Header header : record.headers()) {
      if (header.value() != null) { // Kafka allows that
        headers.put(header.key(), new String(header.value(), UTF_8));
      }
    }
    return headers;
  }

  // end::record[]

  private static BulkOperation operation(ConsumerRecord<byte[], byte[]> record) {
    BinaryData json = BinaryData.of(record.value(), "application/json");
    return Bulk.index("orders", record.topic(), record.partition(), record.offset(), json);
  }
}
