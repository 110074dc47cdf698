package dev.connectors.it.support;

import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.InFlightSettings;
import dev.connectors.kafka.KafkaFlow;
import dev.connectors.kafka.ProducerSettings;
import dev.connectors.pubsub.PubSubSource;
import dev.connectors.testkit.internal.PubSubChannels;
import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.pekko.actor.ActorSystem;

/**
 * From the subscription {@code name} into the topic {@code name}; prints BRIDGED for each record
 * that Kafka has confirmed. Arguments: bootstrap servers, emulator host, name.
 */
public final class PubSubToKafkaMain {
  /** The most that it has in flight. */
  public static final int IN_FLIGHT = 500;

  private PubSubToKafkaMain() {}

  public static void main(String[] args) {
    ActorSystem system = ActorSystem.create("bridge");
    String name = args[2];
    PubSubSource.committable(
            PubSubTopic.settings(system, args[1], name)
                .withInFlight(InFlightSettings.create(system).withMaxElements(IN_FLIGHT))
                .withSubscriber(
                    subscriber ->
                        subscriber
                            .setChannelProvider(PubSubChannels.to(args[1]))
                            // What a killed process has leased comes again after this time.
                            .setMaxDurationPerAckExtensionDuration(Duration.ofSeconds(10))))
        .map(message -> record(name, message))
        .via(
            KafkaFlow.produceWithContext(
                ProducerSettings.create(system, new StringSerializer(), new StringSerializer())
                    .withBootstrapServers(args[0])))
        .map(
            confirmed -> {
              System.out.println("BRIDGED");
              return confirmed;
            })
        .to(Committer.sink(CommitterSettings.create(system)))
        .run(system);
  }

  private static ProducerRecord<String, String> record(String topic, PubsubMessage message) {
    return new ProducerRecord<>(
        topic, Integer.toString(PubSubTopic.number(message)), message.getData().toStringUtf8());
  }
}
