package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaFlow;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.pekko.Done;
import org.apache.pekko.kafka.ConsumerMessage;
import org.apache.pekko.kafka.ProducerMessage;
import org.apache.pekko.kafka.Subscriptions;
import org.apache.pekko.kafka.javadsl.Consumer;
import org.apache.pekko.kafka.javadsl.Producer;

/**
 * Reads a topic, makes a new record of each, produces it to another topic, and commits what is
 * acknowledged; the clock stops when the last position is committed.
 */
final class KafkaCopy {
  private KafkaCopy() {}

  private interface Way {
    void copy(Copy copy, Meter meter, RecordCheck read, AckCheck written) throws Exception;
  }

  /**
   * @param inFlight how many records may be read and not acknowledged
   */
  record Copy(Servers servers, Topics.Topic from, String to, String group, int inFlight) {
    ProducerRecord<byte[], byte[]> transformed(ConsumerRecord<byte[], byte[]> record) {
      return new ProducerRecord<>(to, record.partition(), record.key(), record.value());
    }
  }

  static Workload.Setup copy(int partitions, int bytes, int inFlight) {
    return (servers, records) -> {
      Topics.Topic topic = Topics.of(servers).filled(partitions, bytes, records);
      return new Contenders()
          .raw(meter -> round(servers, topic, inFlight, meter, RawCopy::run))
          .ours(meter -> round(servers, topic, inFlight, meter, KafkaCopy::ours))
          .rival(meter -> round(servers, topic, inFlight, meter, KafkaCopy::rival));
    };
  }

  private static void round(Servers servers, Topics.Topic from, int inFlight, Meter meter, Way way)
      throws Exception {
    Topics topics = Topics.of(servers);
    String to = topics.create(from.partitions());
    Copy copy = new Copy(servers, from, to, Clients.group(), inFlight);
    RecordCheck read = new RecordCheck(meter, from, () -> {});
    AckCheck written = new AckCheck(meter, from.partitions());
    way.copy(copy, meter, read, written);
    read.verify();
    written.verify(from.records(), from.bytes());
    WrongResult.check(
        "records in the topic",
        topics.ends(to, from.partitions()),
        topics.ends(from.name(), from.partitions()));
    topics.checkCommitted(copy.group(), from);
    topics.delete(to);
  }

  private static void ours(Copy copy, Meter meter, RecordCheck read, AckCheck written)
      throws Exception {
    ConsumerSettings<byte[], byte[]> consumer = Clients.ourConsumer(copy.servers(), copy.group());
    Control.Draining<Done> control =
        KafkaSource.committable(
                consumer.withInFlight(consumer.inFlight().withMaxElements(copy.inFlight())),
                Subscription.topics(copy.from().name()))
            .map(
                record -> {
                  read.accept(record);
                  return copy.transformed(record);
                })
            .via(
                KafkaFlow.produceWithContext(
                    Clients.ourProducer(copy.servers()).withMaxInFlight(copy.inFlight())))
            .map(
                metadata -> {
                  written.accept(metadata);
                  return metadata;
                })
            .toMat(
                dev.connectors.core.Committer.sink(
                    CommitterSettings.create(copy.servers().system())),
                Control::draining)
            .run(copy.servers().system());
    meter.await(read.lastOr(control.streamCompletion()));
    CompletionStage<Done> drained = control.drainAndShutdown();
    meter.await(control.streamCompletion());
    meter.end();
    meter.await(drained);
  }

  /** Its flow and committer, which bound what is in flight, rather than its committable sink. */
  private static void rival(Copy copy, Meter meter, RecordCheck read, AckCheck written)
      throws Exception {
    Consumer.DrainingControl<Done> control =
        Consumer.committableSource(
                Clients.rivalConsumer(copy.servers(), copy.group()),
                Subscriptions.topics(copy.from().name()))
            .map(
                message -> {
                  read.accept(message.record());
                  return ProducerMessage.single(
                      copy.transformed(message.record()), message.committableOffset());
                })
            .via(
                Producer.<byte[], byte[], ConsumerMessage.CommittableOffset>flexiFlow(
                    Clients.rivalProducer(copy.servers()).withParallelism(copy.inFlight())))
            .map(
                result -> {
                  written.accept(KafkaProduce.metadata(result));
                  return result.passThrough();
                })
            .toMat(
                org.apache.pekko.kafka.javadsl.Committer.sink(
                    org.apache.pekko.kafka.CommitterSettings.create(copy.servers().system())),
                Consumer::createDrainingControl)
            .run(copy.servers().system());
    meter.await(read.lastOr(control.streamCompletion()));
    CompletionStage<Done> drained = control.drainAndShutdown(KafkaConsume.executor());
    meter.await(control.streamCompletion());
    meter.end();
    meter.await(drained);
  }
}
