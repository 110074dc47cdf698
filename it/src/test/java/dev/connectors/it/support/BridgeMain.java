package dev.connectors.it.support;

import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.InFlightSettings;
import dev.connectors.core.RetrySettings;
import dev.connectors.jms.JmsAcknowledgement;
import dev.connectors.jms.JmsBody;
import dev.connectors.jms.JmsConsumerSettings;
import dev.connectors.jms.JmsDestination;
import dev.connectors.jms.JmsFlow;
import dev.connectors.jms.JmsMessage;
import dev.connectors.jms.JmsProducerSettings;
import dev.connectors.jms.JmsSource;
import dev.connectors.jms.JmsSubscription;
import dev.connectors.kafka.KafkaFlow;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.ProducerSettings;
import dev.connectors.kafka.Subscription;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Duration;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.pekko.actor.ActorSystem;

/**
 * From the queue {@code name} into the topic {@code name}, and from that into the queue {@code
 * name-back}. Arguments: bootstrap servers, {@code artemis} or {@code activemq}, the broker's URL,
 * the name, the acknowledgement.
 */
public final class BridgeMain {
  /** The most that either half has in flight or settled without a commit. */
  public static final int IN_FLIGHT = 500;

  private BridgeMain() {}

  public static void main(String[] args) {
    ActorSystem system = ActorSystem.create("bridge");
    JmsBroker broker = JmsBroker.at(args[1].equals("artemis"), args[2]);
    String name = args[3];
    RetrySettings soon =
        RetrySettings.create(system)
            .withMinBackoff(Duration.ofMillis(50))
            .withMaxBackoff(Duration.ofMillis(500));
    CommitterSettings commits =
        CommitterSettings.create(system)
            .withMaxBatch(100)
            .withMaxInterval(Duration.ofMillis(100))
            .withParallelism(2);
    InFlightSettings window = InFlightSettings.create(system).withMaxElements(IN_FLIGHT);

    JmsSource.committable(
            JmsConsumerSettings.create(system, broker.factory())
                .withAcknowledgement(JmsAcknowledgement.valueOf(args[4]))
                .withReconnect(soon)
                .withInFlight(window),
            JmsSubscription.queue(name))
        .map(message -> record(name, message))
        .via(
            KafkaFlow.produceWithContext(
                ProducerSettings.create(system, new StringSerializer(), new StringSerializer())
                    .withBootstrapServers(args[0])))
        .to(Committer.sink(commits))
        .run(system);

    KafkaSource.committable(
            IndexingPipeline.consumer(system, args[0], name)
                // The same member again: has the partitions of the one that was killed at once.
                .withProperty("group.instance.id", name)
                .withInFlight(window),
            Subscription.topics(name))
        .map(record -> JmsMessage.text(record.value()).withGroup(record.key()))
        .via(
            JmsFlow.produceWithContext(
                JmsProducerSettings.create(system, broker.factory())
                    .withDestination(JmsDestination.queue(name + "-back"))
                    .withRetry(soon)))
        .map(
            message -> {
              System.out.println("BRIDGED");
              return message;
            })
        .to(Committer.sink(commits))
        .run(system);
  }

  private static ProducerRecord<String, String> record(String topic, Message message)
      throws JMSException {
    return new ProducerRecord<>(
        topic, message.getStringProperty("JMSXGroupID"), JmsBody.text(message));
  }
}
