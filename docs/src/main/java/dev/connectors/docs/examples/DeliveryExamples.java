package dev.connectors.docs.examples;

import dev.connectors.core.CheckpointStore;
import dev.connectors.core.CommitOrder;
import dev.connectors.core.Committable;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.core.InFlightSettings;
import dev.connectors.core.Observer;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;

/** Settling elements in other ways than one after the other. */
final class DeliveryExamples {
  private DeliveryExamples() {}

  static Control.Draining<Done> unordered(
      ActorSystem system, ConsumerSettings<String, String> consumer) {
    // tag::unordered[]
    CommitterSettings anyOrder = CommitterSettings.create(system).withOrder(CommitOrder.ANY_ORDER);
    return KafkaSource.committable(consumer, Subscription.topics("orders"))
        .asSource()
        .mapAsyncUnordered(
            32,
            order ->
                charge(order.first().value()).thenApply(done -> Pair.create(done, order.second())))
        .toMat(Committer.sink(anyOrder), Control::draining)
        .run(system);
    // end::unordered[]
  }

  static Control.Draining<Done> fanOut(
      ActorSystem system, ConsumerSettings<String, String> consumer) {
    // tag::fanout[]
    return KafkaSource.committable(consumer, Subscription.topics("orders"))
        .via(Committable.mapConcat(order -> Arrays.asList(order.value().split(";"))))
        .mapAsync(8, DeliveryExamples::charge)
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
    // end::fanout[]
  }

  static Control.Draining<Done> sparse(
      ActorSystem system, ConsumerSettings<String, String> consumer) {
    // tag::sparse[]
    CommitterSettings commits = CommitterSettings.create(system);
    return KafkaSource.committable(consumer, Subscription.topics("orders"))
        .via(Committer.filter(commits, order -> order.value().startsWith("urgent")))
        .mapAsync(8, order -> charge(order.value()))
        .toMat(Committer.sink(commits), Control::draining)
        .run(system);
    // end::sparse[]
  }

  static ConsumerSettings<String, String> bounded(ConsumerSettings<String, String> consumer) {
    // tag::bounds[]
    InFlightSettings inFlight =
        consumer.inFlight().withMaxElements(2_000).withMaxBytes(8 * 1024 * 1024);
    return consumer.withInFlight(inFlight).withBufferElements(1_000);
    // end::bounds[]
  }

  static ConsumerSettings<String, String> observed(ConsumerSettings<String, String> consumer) {
    // tag::observer[]
    return consumer.withObserver(
        new Observer() {
          @Override
          public void committed(String name, long elements, Duration latency) {
            System.out.printf("%s committed %d in %s%n", name, elements, latency);
          }
        });
    // end::observer[]
  }

  private static CompletionStage<Done> charge(String order) {
    return CompletableFuture.completedFuture(Done.getInstance());
  }

  static CheckpointStore checkpoints() {
    // tag::checkpoints[]
    CheckpointStore checkpoints = CheckpointStore.files(Path.of("/var/lib/orders/checkpoints"));
    // end::checkpoints[]
    return checkpoints;
  }
}
