package dev.connectors.kafka;

import dev.connectors.kafka.internal.ProducerStage;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;

/**
 * Flows that produce records and emit what the broker confirmed, in input order.
 *
 * <p>At most {@code max-in-flight} records are sent and not yet acknowledged; at the bound, and
 * when the client's {@code buffer.memory} is full, the flow back-pressures. A flow completes when
 * its upstream has and every record is acknowledged. It fails with the client's own exception when
 * a record can't be serialized or sent, once the outcome of all records before it is known and what
 * the broker confirmed of them is emitted; what was sent after it may or may not have been written.
 * As everywhere in Pekko, the failure may overtake results for which the downstream has no demand.
 * The client is called on {@code connectors.kafka.dispatcher}, because it may block while it
 * fetches metadata.
 *
 * @see <a href="https://kafka.apache.org/documentation/#producerapi">Kafka: the producer</a>
 */
public final class KafkaFlow {
  private KafkaFlow() {}

  /** Produces each record and emits its metadata once it is acknowledged. */
  public static <K, V> Flow<ProducerRecord<K, V>, RecordMetadata, NotUsed> produce(
      ProducerSettings<K, V> settings) {
    return Flow.fromGraph(
        new ProducerStage<>(
            settings,
            record -> record,
            record -> NotUsed.getInstance(),
            (metadata, context) -> metadata));
  }

  /** {@link #produce}, with the context of each record passed on once it is acknowledged. */
  public static <K, V, C>
      FlowWithContext<ProducerRecord<K, V>, C, RecordMetadata, C, NotUsed> produceWithContext(
          ProducerSettings<K, V> settings) {
    return FlowWithContext.fromPairs(
        Flow.<Pair<ProducerRecord<K, V>, C>, Pair<RecordMetadata, C>, NotUsed>fromGraph(
            new ProducerStage<Pair<ProducerRecord<K, V>, C>, K, V, C, Pair<RecordMetadata, C>>(
                settings, Pair::first, Pair::second, Pair::create)));
  }
}
