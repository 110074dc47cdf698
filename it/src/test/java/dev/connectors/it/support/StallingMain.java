package dev.connectors.it.support;

import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;

/**
 * A pipeline whose sink does not answer for a while: prints STALLED at its first element, HEAP and
 * the used megabytes after a collection at the end of the stall, and PROCESSED and how many it has
 * processed every second after.
 */
public final class StallingMain {
  private StallingMain() {}

  /** Arguments: bootstrap servers, topic, group, seconds. */
  public static void main(String[] args) {
    ActorSystem system = ActorSystem.create("forked");
    var consumer =
        IndexingPipeline.consumer(system, args[0], args[2])
            .withProperty("max.poll.interval.ms", 10_000)
            .withProperty("session.timeout.ms", 15_000);
    CompletableFuture<Done> answer = new CompletableFuture<>();
    AtomicLong processed = new AtomicLong();
    AtomicLong first = new AtomicLong();
    KafkaSource.committable(consumer, Subscription.topics(args[1]))
        .mapAsync(
            20_000,
            record -> {
              if (first.compareAndSet(0, 1)) {
                System.out.println("STALLED");
                CompletableFuture.delayedExecutor(Long.parseLong(args[3]), TimeUnit.SECONDS)
                    .execute(
                        () -> {
                          showHeap();
                          answer.completeAsync(Done::getInstance);
                        });
              }
              return answer.thenApply(
                  done -> {
                    processed.incrementAndGet();
                    return record.offset();
                  });
            })
        .to(Committer.sink(CommitterSettings.create(system)))
        .run(system);
    system
        .getScheduler()
        .scheduleAtFixedRate(
            java.time.Duration.ofSeconds(1),
            java.time.Duration.ofSeconds(1),
            () -> System.out.println("PROCESSED " + processed),
            system.dispatcher());
  }

  private static void showHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    System.out.println("HEAP " + ((runtime.totalMemory() - runtime.freeMemory()) >> 20) + " MiB");
  }
}
