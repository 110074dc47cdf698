package dev.connectors.docs;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.util.BinaryData;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.elasticsearch.Bulk;
import dev.connectors.elasticsearch.BulkSettings;
import dev.connectors.elasticsearch.ElasticsearchFlow;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;

// tag::pipeline[]
/** Indexes the JSON records of a Kafka topic in Elasticsearch: none lost, none twice. */
public final class KafkaToElasticsearch {
  private KafkaToElasticsearch() {}

  public static Control.Draining<Done> run(
      ActorSystem system,
      ConsumerSettings<byte[], byte[]> consumer,
      String topic,
      ElasticsearchAsyncClient elasticsearch,
      BulkSettings bulk,
      String index) {
    return KafkaSource.committable(consumer, Subscription.topics(topic))
        .map(record -> operation(index, record))
        .via(ElasticsearchFlow.bulkWithContext(elasticsearch, bulk))
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
  }

  /** The document's id and version are the record's position, so indexing it again is harmless. */
  private static BulkOperation operation(String index, ConsumerRecord<byte[], byte[]> record) {
    BinaryData json = BinaryData.of(record.value(), "application/json");
    return Bulk.index(index, record.topic(), record.partition(), record.offset(), json);
  }
}
// end::pipeline[]
