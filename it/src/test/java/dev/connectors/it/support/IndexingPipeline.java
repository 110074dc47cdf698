package dev.connectors.it.support;

import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.Observer;
import dev.connectors.elasticsearch.Bulk;
import dev.connectors.elasticsearch.BulkSettings;
import dev.connectors.elasticsearch.ElasticsearchFlow;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;

/** The pipeline under test: Kafka into Elasticsearch. */
public final class IndexingPipeline {
  private IndexingPipeline() {}

  public static Control.Draining<Done> run(
      ActorSystem system, String servers, String topic, String group, Index index) {
    return run(system, consumer(system, servers, group), topic, index, Observer.NONE);
  }

  /** {@code observer} is told what Elasticsearch has confirmed. */
  public static Control.Draining<Done> run(
      ActorSystem system,
      ConsumerSettings<String, String> consumer,
      String topic,
      Index index,
      Observer observer) {
    return run(system, consumer, topic, index, BulkSettings.create(system).withObserver(observer));
  }

  public static Control.Draining<Done> run(
      ActorSystem system,
      ConsumerSettings<String, String> consumer,
      String topic,
      Index index,
      BulkSettings bulk) {
    return KafkaSource.committable(consumer, Subscription.topics(topic))
        .map(record -> operation(index.name(), record))
        .via(ElasticsearchFlow.bulkWithContext(index.async(), bulk))
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
  }

  public static ConsumerSettings<String, String> consumer(
      ActorSystem system, String servers, String group) {
    return ConsumerSettings.create(system, new StringDeserializer(), new StringDeserializer())
        .withBootstrapServers(servers)
        .withGroupId(group)
        .withProperty("auto.offset.reset", "earliest");
  }

  private static BulkOperation operation(String index, ConsumerRecord<String, String> record) {
    return Bulk.index(
        index,
        record.topic(),
        record.partition(),
        record.offset(),
        new Index.Doc(record.partition(), record.offset(), record.key(), record.value()));
  }
}
