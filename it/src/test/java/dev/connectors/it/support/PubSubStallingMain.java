package dev.connectors.it.support;

import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.pubsub.PubSubSource;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;

/**
 * A pipeline whose sink does not answer for a while: prints STALLED at its first message, HEAP and
 * the used megabytes after a collection at the end of the stall, and PROCESSED and how many it has
 * processed, each number counted once, every second after. Arguments: emulator host, name of the
 * subscription, seconds of the stall.
 */
public final class PubSubStallingMain {
  private PubSubStallingMain() {}

  public static void main(String[] args) {
    ActorSystem system = ActorSystem.create("forked");
    CompletableFuture<Done> answer = new CompletableFuture<>();
    Set<Integer> processed = ConcurrentHashMap.newKeySet();
    AtomicBoolean stalled = new AtomicBoolean();
    PubSubSource.committable(PubSubTopic.settings(system, args[0], args[1]))
        .mapAsync(
            20_000,
            message -> {
              if (stalled.compareAndSet(false, true)) {
                System.out.println("STALLED");
                CompletableFuture.delayedExecutor(Long.parseLong(args[2]), TimeUnit.SECONDS)
                    .execute(() -> resume(answer));
              }
              return answer.thenApply(done -> processed.add(PubSubTopic.number(message)));
            })
        .to(Committer.sink(CommitterSettings.create(system)))
        .run(system);
    system
        .getScheduler()
        .scheduleAtFixedRate(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            () -> System.out.println("PROCESSED " + processed.size()),
            system.dispatcher());
  }

  private static void resume(CompletableFuture<Done> answer) {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    System.out.println("HEAP " + ((runtime.totalMemory() - runtime.freeMemory()) >> 20) + " MiB");
    answer.completeAsync(Done::getInstance);
  }
}
