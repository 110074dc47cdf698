package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.kafka.Subscriptions;
import org.apache.pekko.kafka.javadsl.Consumer;

/**
 * Reads a topic into a sink that takes 1,000 records and answers none of them for three seconds, in
 * which the heap is looked at; then it answers all, and the topic is read to its end. The same
 * {@code mapAsync} for both connectors; a hand-written loop would hold what its author decides.
 */
final class StalledSink {
  private static final int PARALLELISM = 1000;
  private static final int LOOKS = 3;
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private StalledSink() {}

  static Workload.Setup stall(int partitions, int bytes) {
    return (servers, records) -> {
      Topics.Topic topic = Topics.of(servers).filled(partitions, bytes, records);
      return new Contenders()
          .ours(meter -> ours(servers, topic, meter))
          .rival(meter -> rival(servers, topic, meter));
    };
  }

  private static void ours(Servers servers, Topics.Topic topic, Meter meter) throws Exception {
    String group = Clients.group();
    RecordCheck check = new RecordCheck(meter, topic, () -> {});
    CompletableFuture<Done> answer = new CompletableFuture<>();
    Control.Draining<Done> control =
        KafkaSource.committable(
                Clients.ourConsumer(servers, group), Subscription.topics(topic.name()))
            .mapAsync(
                PARALLELISM,
                record -> {
                  check.accept(record);
                  return answer.thenApply(done -> record);
                })
            .toMat(
                dev.connectors.core.Committer.sink(CommitterSettings.create(servers.system())),
                Control::draining)
            .run(servers.system());
    stall(meter, answer);
    meter.await(check.lastOr(control.streamCompletion()));
    CompletionStage<Done> drained = control.drainAndShutdown();
    meter.await(control.streamCompletion());
    meter.end();
    meter.await(drained);
    check.verify();
    Topics.of(servers).checkCommitted(group, topic);
  }

  private static void rival(Servers servers, Topics.Topic topic, Meter meter) throws Exception {
    String group = Clients.group();
    RecordCheck check = new RecordCheck(meter, topic, () -> {});
    CompletableFuture<Done> answer = new CompletableFuture<>();
    Consumer.DrainingControl<Done> control =
        Consumer.committableSource(
                Clients.rivalConsumer(servers, group), Subscriptions.topics(topic.name()))
            .mapAsync(
                PARALLELISM,
                message -> {
                  check.accept(message.record());
                  return answer.thenApply(done -> message.committableOffset());
                })
            .toMat(
                org.apache.pekko.kafka.javadsl.Committer.sink(
                    org.apache.pekko.kafka.CommitterSettings.create(servers.system())),
                Consumer::createDrainingControl)
            .run(servers.system());
    stall(meter, answer);
    meter.await(check.lastOr(control.streamCompletion()));
    CompletionStage<Done> drained = control.drainAndShutdown(KafkaConsume.executor());
    meter.await(control.streamCompletion());
    meter.end();
    meter.await(drained);
    check.verify();
    Topics.of(servers).checkCommitted(group, topic);
  }

  private static void stall(Meter meter, CompletableFuture<Done> answer)
      throws InterruptedException {
    try {
      for (int i = 0; i < LOOKS; i++) {
        TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
        meter.measureHeldHeap();
      }
    } finally {
      answer.complete(Done.getInstance());
    }
  }
}
