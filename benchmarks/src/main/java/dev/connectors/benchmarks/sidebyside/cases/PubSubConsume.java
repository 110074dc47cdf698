package dev.connectors.benchmarks.sidebyside.cases;

import com.google.api.gax.batching.FlowControlSettings;
import com.google.api.gax.core.FixedExecutorProvider;
import com.google.api.gax.core.NoCredentialsProvider;
import com.google.cloud.pubsub.v1.MessageReceiver;
import com.google.cloud.pubsub.v1.Subscriber;
import com.google.pubsub.v1.PubsubMessage;
import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.pubsub.PubSubSource;
import dev.connectors.pubsub.SubscriberSettings;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.pekko.Done;

/** Empties a subscription; the clock stops when the client has sent the last acknowledgement. */
final class PubSubConsume {
  /** What the source has in flight by default, as are its bytes. */
  private static final long OUTSTANDING = 10_000;

  private static final long OUTSTANDING_BYTES = 32 * 1024 * 1024;

  /** The emulator sends about 2,000 messages a second in each stream. */
  private static final int PULLS = 8;

  /** What the client has by default, for each stream. */
  private static final int RAW_THREADS = 5;

  private PubSubConsume() {}

  private interface Way {
    void consume(Servers servers, PubSubTopics.Pair from, Meter meter, NumberCheck check)
        throws Exception;
  }

  static Workload.Setup consume(int bytes) {
    return (servers, records) ->
        new Contenders()
            .raw(meter -> round(servers, bytes, meter, PubSubConsume::raw))
            .ours(meter -> round(servers, bytes, meter, PubSubConsume::ours));
  }

  private static void round(Servers servers, int bytes, Meter meter, Way way) throws Exception {
    PubSubTopics topics = PubSubTopics.of(servers);
    PubSubTopics.Pair filled = topics.filled(meter.records(), bytes);
    NumberCheck check = new NumberCheck(meter, bytes);
    way.consume(servers, filled, meter, check);
    check.verify();
    WrongResult.check("messages left", topics.left(filled), 0);
    topics.delete(filled);
  }

  private static void raw(Servers servers, PubSubTopics.Pair from, Meter meter, NumberCheck check)
      throws Exception {
    MessageReceiver receiver =
        (message, reply) -> {
          check.accept(message);
          reply.ack();
        };
    // The client's own would have ended when it is measured what they have allocated.
    ScheduledExecutorService threads = Executors.newScheduledThreadPool(RAW_THREADS * PULLS);
    Subscriber subscriber =
        Subscriber.newBuilder(from.subscription(), receiver)
            .setExecutorProvider(FixedExecutorProvider.create(threads))
            .setChannelProvider(servers.pubSub().channelProvider())
            .setCredentialsProvider(NoCredentialsProvider.create())
            .setParallelPullCount(PULLS)
            .setFlowControlSettings(
                FlowControlSettings.newBuilder()
                    .setMaxOutstandingElementCount(OUTSTANDING)
                    .setMaxOutstandingRequestBytes(OUTSTANDING_BYTES)
                    .build())
            .build();
    try {
      subscriber.startAsync().awaitRunning();
      try {
        meter.await(check.last);
      } finally {
        subscriber.stopAsync().awaitTerminated();
      }
      meter.end();
    } finally {
      threads.shutdownNow();
    }
  }

  private static void ours(Servers servers, PubSubTopics.Pair from, Meter meter, NumberCheck check)
      throws Exception {
    SubscriberSettings settings =
        SubscriberSettings.create(servers.system(), from.subscription())
            .withEmulatorHost(servers.pubSub().emulatorHost())
            .withSubscriber(
                client ->
                    client
                        .setChannelProvider(servers.pubSub().channelProvider())
                        .setParallelPullCount(PULLS));
    Control.Draining<Done> control =
        PubSubSource.committable(settings)
            .map(
                message -> {
                  check.accept(message);
                  return message;
                })
            .toMat(Committer.sink(CommitterSettings.create(servers.system())), Control::draining)
            .run(servers.system());
    meter.await(check.lastOr(control.streamCompletion()));
    meter.await(control.drainAndShutdown());
    meter.end();
  }

  /**
   * What every contender does with every message: see that each number comes once, and add up the
   * bytes. Starts the clock. The client calls from several threads.
   */
  private static final class NumberCheck {
    final CompletableFuture<Long> last = new CompletableFuture<>();
    private final Meter meter;
    private final int bytesEach;
    private final BitSet seen = new BitSet();
    private long count;
    private long bytes;

    NumberCheck(Meter meter, int bytesEach) {
      this.meter = meter;
      this.bytesEach = bytesEach;
    }

    synchronized void accept(PubsubMessage message) {
      if (count == 0) {
        meter.begin();
      }
      int number = Integer.parseInt(message.getAttributesOrThrow("number"));
      if (seen.get(number)) {
        throw new WrongResult("message %d came twice".formatted(number));
      }
      seen.set(number);
      bytes += message.getData().size();
      count++;
      if (count % 100 == 0) {
        meter.progress(count);
      }
      if (count == meter.records()) {
        last.complete(count);
      }
    }

    /** Completes with the last message; fails when {@code stream} does before. */
    CompletionStage<Long> lastOr(CompletionStage<?> stream) {
      stream.whenComplete(
          (done, cause) -> {
            if (cause != null) {
              last.completeExceptionally(cause);
            }
          });
      return last;
    }

    synchronized void verify() {
      WrongResult.check("messages", count, meter.records());
      WrongResult.check("numbers", seen.cardinality(), meter.records());
      WrongResult.check("bytes", bytes, meter.records() * bytesEach);
    }
  }
}
