package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.kafka.Subscriptions;
import org.apache.pekko.kafka.javadsl.Consumer;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.jspecify.annotations.Nullable;

/** Reads a topic to its end. */
final class KafkaConsume {
  private KafkaConsume() {}

  /** Without commits; the clock stops with the last record. */
  static Workload.Setup plain(int partitions, int bytes) {
    return (servers, records) -> {
      Topics.Topic topic = Topics.of(servers).filled(partitions, bytes, records);
      return new Contenders()
          .raw(meter -> rawPlain(servers, topic, meter))
          .ours(meter -> ourPlain(servers, topic, meter))
          .rival(meter -> rivalPlain(servers, topic, meter));
    };
  }

  /** With commits; the clock stops when the last position is committed. */
  static Workload.Setup committable(int partitions, int bytes) {
    return (servers, records) -> {
      Topics.Topic topic = Topics.of(servers).filled(partitions, bytes, records);
      return new Contenders()
          .raw(meter -> rawCommittable(servers, topic, meter))
          .ours(meter -> ourCommittable(servers, topic, meter))
          .rival(meter -> rivalCommittable(servers, topic, meter));
    };
  }

  private static void rawPlain(Servers servers, Topics.Topic topic, Meter meter) {
    RecordCheck check = new RecordCheck(meter, topic, meter::end);
    try (KafkaConsumer<byte[], byte[]> consumer = Clients.rawConsumer(servers, Clients.group())) {
      consumer.subscribe(List.of(topic.name()));
      while (!check.isComplete()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Clients.POLL)) {
          check.accept(record);
        }
        meter.checkTime();
      }
    }
    check.verify();
  }

  private static void ourPlain(Servers servers, Topics.Topic topic, Meter meter) throws Exception {
    RecordCheck check = new RecordCheck(meter, topic, meter::end);
    Pair<Control, CompletionStage<Done>> stream =
        KafkaSource.plain(
                Clients.ourConsumer(servers, Clients.group()), Subscription.topics(topic.name()))
            .toMat(Sink.foreach(check::accept), Keep.both())
            .run(servers.system());
    meter.await(check.lastOr(stream.second()));
    meter.await(stream.first().drainAndShutdown(stream.second()));
    check.verify();
  }

  private static void rivalPlain(Servers servers, Topics.Topic topic, Meter meter)
      throws Exception {
    RecordCheck check = new RecordCheck(meter, topic, meter::end);
    Consumer.DrainingControl<Done> control =
        Consumer.plainSource(
                Clients.rivalConsumer(servers, Clients.group()), Subscriptions.topics(topic.name()))
            .toMat(Sink.foreach(check::accept), Consumer::createDrainingControl)
            .run(servers.system());
    meter.await(check.lastOr(control.streamCompletion()));
    meter.await(control.drainAndShutdown(executor()));
    check.verify();
  }

  private static void rawCommittable(Servers servers, Topics.Topic topic, Meter meter)
      throws Exception {
    String group = Clients.group();
    RecordCheck check = new RecordCheck(meter, topic, () -> {});
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    try (KafkaConsumer<byte[], byte[]> consumer = Clients.rawConsumer(servers, group)) {
      consumer.subscribe(List.of(topic.name()));
      long committed = 0;
      while (!check.isComplete()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Clients.POLL)) {
          check.accept(record);
        }
        if (check.count() - committed >= Clients.COMMIT_EVERY) {
          committed = check.count();
          consumer.commitAsync((offsets, cause) -> failure.compareAndSet(null, cause));
          rethrow(failure.get());
        }
        meter.checkTime();
      }
      consumer.commitSync();
      meter.end();
      rethrow(failure.get());
    }
    check.verify();
    Topics.of(servers).checkCommitted(group, topic);
  }

  private static void rethrow(@Nullable Exception cause) throws Exception {
    if (cause != null) {
      throw cause;
    }
  }

  private static void ourCommittable(Servers servers, Topics.Topic topic, Meter meter)
      throws Exception {
    String group = Clients.group();
    RecordCheck check = new RecordCheck(meter, topic, () -> {});
    Control.Draining<Done> control =
        KafkaSource.committable(
                Clients.ourConsumer(servers, group), Subscription.topics(topic.name()))
            .map(
                record -> {
                  check.accept(record);
                  return record;
                })
            .toMat(
                dev.connectors.core.Committer.sink(CommitterSettings.create(servers.system())),
                Control::draining)
            .run(servers.system());
    meter.await(check.lastOr(control.streamCompletion()));
    CompletionStage<Done> drained = control.drainAndShutdown();
    meter.await(control.streamCompletion());
    meter.end();
    meter.await(drained);
    check.verify();
    Topics.of(servers).checkCommitted(group, topic);
  }

  private static void rivalCommittable(Servers servers, Topics.Topic topic, Meter meter)
      throws Exception {
    String group = Clients.group();
    RecordCheck check = new RecordCheck(meter, topic, () -> {});
    Consumer.DrainingControl<Done> control =
        Consumer.committableSource(
                Clients.rivalConsumer(servers, group), Subscriptions.topics(topic.name()))
            .map(
                message -> {
                  check.accept(message.record());
                  return message.committableOffset();
                })
            .toMat(
                org.apache.pekko.kafka.javadsl.Committer.sink(
                    org.apache.pekko.kafka.CommitterSettings.create(servers.system())),
                Consumer::createDrainingControl)
            .run(servers.system());
    meter.await(check.lastOr(control.streamCompletion()));
    CompletionStage<Done> drained = control.drainAndShutdown(executor());
    meter.await(control.streamCompletion());
    meter.end();
    meter.await(drained);
    check.verify();
    Topics.of(servers).checkCommitted(group, topic);
  }

  /** For what the rival does between the stream's end and the consumer's. */
  static Executor executor() {
    return ForkJoinPool.commonPool();
  }
}
