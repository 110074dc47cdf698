package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import dev.connectors.kafka.KafkaFlow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.pekko.NotUsed;
import org.apache.pekko.kafka.ProducerMessage;
import org.apache.pekko.kafka.javadsl.Producer;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/**
 * Fills a topic, with a bound on what is not acknowledged; the clock stops with the last
 * acknowledgement.
 */
final class KafkaProduce {
  private static final int SLICE_MILLIS = 100;

  private KafkaProduce() {}

  private interface Way {
    void produce(Target target, Meter meter, AckCheck check) throws Exception;
  }

  private static final class Target {
    final Servers servers;
    final String topic;
    final int partitions;
    final byte[] value;

    Target(Servers servers, String topic, int partitions, byte[] value) {
      this.servers = servers;
      this.topic = topic;
      this.partitions = partitions;
      this.value = value;
    }

    ProducerRecord<byte[], byte[]> record(long number) {
      return new ProducerRecord<>(topic, (int) (number % partitions), null, value);
    }
  }

  static Workload.Setup produce(int partitions, int bytes) {
    return (servers, records) ->
        new Contenders()
            .raw(meter -> round(servers, partitions, bytes, meter, KafkaProduce::raw))
            .ours(meter -> round(servers, partitions, bytes, meter, KafkaProduce::ours))
            .rival(meter -> round(servers, partitions, bytes, meter, KafkaProduce::rival));
  }

  private static void round(Servers servers, int partitions, int bytes, Meter meter, Way way)
      throws Exception {
    Topics topics = Topics.of(servers);
    String topic = topics.create(partitions);
    AckCheck check = new AckCheck(meter, partitions);
    way.produce(new Target(servers, topic, partitions, Topics.value(0, bytes)), meter, check);
    check.verify(meter.records(), bytes);
    WrongResult.check(
        "records in the topic",
        topics.ends(topic, partitions).stream().mapToLong(Long::longValue).sum(),
        meter.records());
    topics.delete(topic);
  }

  private static void raw(Target target, Meter meter, AckCheck check) throws Exception {
    Semaphore free = new Semaphore(Clients.IN_FLIGHT);
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    try (KafkaProducer<byte[], byte[]> producer = Clients.rawProducer(target.servers)) {
      meter.begin();
      for (long i = 0; i < meter.records(); i++) {
        acquire(free, meter);
        var unused =
            producer.send(
                target.record(i),
                (metadata, cause) -> {
                  if (cause == null) {
                    check.accept(metadata);
                  } else {
                    failure.compareAndSet(null, cause);
                  }
                  free.release();
                });
      }
      producer.flush();
      meter.end();
    }
    Exception cause = failure.get();
    if (cause != null) {
      throw cause;
    }
  }

  static void acquire(Semaphore free, Meter meter) throws InterruptedException {
    if (!free.tryAcquire()) {
      while (!free.tryAcquire(SLICE_MILLIS, TimeUnit.MILLISECONDS)) {
        meter.checkTime();
      }
    }
  }

  private static void ours(Target target, Meter meter, AckCheck check) throws Exception {
    meter.await(
        source(target, meter)
            .via(KafkaFlow.produce(Clients.ourProducer(target.servers)))
            .runForeach(check::accept, target.servers.system()));
    meter.end();
  }

  private static void rival(Target target, Meter meter, AckCheck check) throws Exception {
    meter.await(
        source(target, meter)
            .map(record -> ProducerMessage.single(record, NotUsed.getInstance()))
            .via(Producer.<byte[], byte[], NotUsed>flexiFlow(Clients.rivalProducer(target.servers)))
            .runForeach(result -> check.accept(metadata(result)), target.servers.system()));
    meter.end();
  }

  /** The result of a single record, which is all that there is here. */
  static RecordMetadata metadata(ProducerMessage.Results<byte[], byte[], ?> results) {
    return ((ProducerMessage.Result<byte[], byte[], ?>) results).metadata();
  }

  private static Source<ProducerRecord<byte[], byte[]>, NotUsed> source(
      Target target, Meter meter) {
    return Source.fromIterator(
        () -> {
          meter.begin();
          return LongStream.range(0, meter.records()).mapToObj(target::record).iterator();
        });
  }
}
