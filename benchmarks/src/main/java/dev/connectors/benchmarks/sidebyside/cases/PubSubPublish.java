package dev.connectors.benchmarks.sidebyside.cases;

import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.cloud.pubsub.v1.Publisher;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import com.google.pubsub.v1.PubsubMessage;
import com.google.pubsub.v1.TopicName;
import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import dev.connectors.pubsub.PubSubFlow;
import dev.connectors.pubsub.PublisherSettings;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/**
 * Publishes to a topic, with a bound on what is not confirmed; the clock stops with the last
 * confirmation.
 */
final class PubSubPublish {
  private PubSubPublish() {}

  private interface Way {
    void publish(Target target, Meter meter, IdCheck check) throws Exception;
  }

  private record Target(Servers servers, TopicName topic, ByteString data, int keys) {
    PubsubMessage message(long number) {
      return PubsubMessage.newBuilder()
          .setData(data)
          .setOrderingKey(keys == 0 ? "" : Long.toString(number % keys))
          .build();
    }
  }

  /**
   * @param keys ordering keys in turn; 0 for none
   */
  static Workload.Setup publish(int bytes, int keys) {
    return (servers, records) ->
        new Contenders()
            .raw(meter -> round(servers, bytes, keys, meter, PubSubPublish::raw))
            .ours(meter -> round(servers, bytes, keys, meter, PubSubPublish::ours));
  }

  private static void round(Servers servers, int bytes, int keys, Meter meter, Way way)
      throws Exception {
    PubSubTopics topics = PubSubTopics.of(servers);
    TopicName topic = topics.topic();
    IdCheck check = new IdCheck(meter);
    way.publish(new Target(servers, topic, PubSubTopics.data(bytes), keys), meter, check);
    check.verify();
    topics.delete(topic);
  }

  private static void raw(Target target, Meter meter, IdCheck check) throws Exception {
    Semaphore free = new Semaphore(PubSubTopics.IN_FLIGHT);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    ApiFutureCallback<String> confirmation =
        new ApiFutureCallback<>() {
          @Override
          public void onSuccess(String id) {
            check.accept(id);
            free.release();
          }

          @Override
          public void onFailure(Throwable cause) {
            failure.compareAndSet(null, cause);
            free.release();
          }
        };
    Publisher publisher = PubSubTopics.of(target.servers).publisher(target.topic, target.keys > 0);
    try {
      meter.begin();
      for (long i = 0; i < meter.records(); i++) {
        KafkaProduce.acquire(free, meter);
        ApiFutures.addCallback(
            publisher.publish(target.message(i)), confirmation, MoreExecutors.directExecutor());
      }
      publisher.publishAllOutstanding();
      for (int i = 0; i < PubSubTopics.IN_FLIGHT; i++) {
        KafkaProduce.acquire(free, meter);
      }
      meter.end();
    } finally {
      PubSubTopics.close(publisher);
    }
    if (failure.get() instanceof Exception cause) {
      throw cause;
    }
  }

  private static void ours(Target target, Meter meter, IdCheck check) throws Exception {
    PublisherSettings settings =
        PublisherSettings.create(target.servers.system(), target.topic)
            .withEmulatorHost(target.servers.pubSub().emulatorHost())
            .withPublisher(client -> client.setEnableMessageOrdering(target.keys > 0));
    meter.await(
        Source.fromIterator(
                () -> {
                  meter.begin();
                  return LongStream.range(0, meter.records()).mapToObj(target::message).iterator();
                })
            .via(PubSubFlow.publish(settings))
            .runForeach(check::accept, target.servers.system()));
    meter.end();
  }

  /** The emulator counts its messages: the ids of one publisher have no gaps. */
  private static final class IdCheck {
    private final Meter meter;
    private long count;
    private long least = Long.MAX_VALUE;
    private long greatest = Long.MIN_VALUE;
    private long sum;

    IdCheck(Meter meter) {
      this.meter = meter;
    }

    synchronized void accept(String id) {
      long number = Long.parseLong(id);
      least = Math.min(least, number);
      greatest = Math.max(greatest, number);
      sum += number;
      if (++count % 100 == 0) {
        meter.progress(count);
      }
    }

    synchronized void verify() {
      WrongResult.check("confirmed messages", count, meter.records());
      WrongResult.check("range of their ids", greatest - least + 1, meter.records());
      WrongResult.check("sum of their ids", sum, (least + greatest) * count / 2);
    }
  }
}
