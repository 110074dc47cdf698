package dev.connectors.kafka;

import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.pekko.Done;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;

/** Sinks of Kafka records. */
public final class KafkaSink {
  private KafkaSink() {}

  /**
   * Produces each record; completes when all are acknowledged, and fails as {@link
   * KafkaFlow#produce} does.
   */
  public static <K, V> Sink<ProducerRecord<K, V>, CompletionStage<Done>> plain(
      ProducerSettings<K, V> settings) {
    return KafkaFlow.produce(settings).toMat(Sink.ignore(), Keep.right());
  }
}
