package dev.connectors.benchmarks.sidebyside.cases;

import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.util.BinaryData;
import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.elasticsearch.Bulk;
import dev.connectors.elasticsearch.BulkSettings;
import dev.connectors.elasticsearch.ElasticsearchFlow;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.pekko.Done;

/**
 * Indexes the records of a topic and commits what is confirmed; the clock stops when the last
 * position is committed. There is no artifact of pekko-connectors-elasticsearch to compare with.
 */
final class KafkaToElasticsearch {
  private KafkaToElasticsearch() {}

  private interface Way {
    void run(Work work, Meter meter, RecordCheck read, ItemCheck written) throws Exception;
  }

  record Work(Servers servers, Topics.Topic topic, String group, String index) {
    BulkOperation operation(ConsumerRecord<byte[], byte[]> record) {
      BinaryData json = BinaryData.of(record.value(), "application/json");
      return Bulk.index(index, record.topic(), record.partition(), record.offset(), json);
    }
  }

  static Workload.Setup index(int partitions, int bytes) {
    return (servers, records) -> {
      Topics.Topic topic = Topics.of(servers).filled(partitions, bytes, records);
      Search.of(servers);
      return new Contenders()
          .raw(meter -> round(servers, topic, meter, RawIndexing::run))
          .ours(meter -> round(servers, topic, meter, KafkaToElasticsearch::ours));
    };
  }

  private static void round(Servers servers, Topics.Topic topic, Meter meter, Way way)
      throws Exception {
    Search search = Search.of(servers);
    Work work = new Work(servers, topic, Clients.group(), search.create());
    RecordCheck read = new RecordCheck(meter, topic, () -> {});
    ItemCheck written = new ItemCheck(meter);
    way.run(work, meter, read, written);
    read.verify();
    written.verify(topic.records());
    search.checkAndDelete(work.index(), topic.records());
    Topics.of(servers).checkCommitted(work.group(), topic);
  }

  private static void ours(Work work, Meter meter, RecordCheck read, ItemCheck written)
      throws Exception {
    BulkSettings bulk = BulkSettings.create(work.servers().system());
    Control.Draining<Done> control =
        KafkaSource.committable(
                Clients.ourConsumer(work.servers(), work.group()),
                Subscription.topics(work.topic().name()))
            .map(
                record -> {
                  read.accept(record);
                  return work.operation(record);
                })
            .via(ElasticsearchFlow.bulkWithContext(Search.of(work.servers()).async(), bulk))
            .map(
                item -> {
                  written.accept(item, false);
                  return item;
                })
            .toMat(
                Committer.sink(CommitterSettings.create(work.servers().system())),
                Control::draining)
            .run(work.servers().system());
    meter.await(read.lastOr(control.streamCompletion()));
    CompletionStage<Done> drained = control.drainAndShutdown();
    meter.await(control.streamCompletion());
    meter.end();
    meter.await(drained);
  }
}
