package dev.connectors.it.support;

import dev.connectors.core.Observer;
import java.time.Duration;
import org.apache.pekko.actor.ActorSystem;

/**
 * {@link IndexingPipeline} in a JVM of its own: prints INDEXED and how many at every bulk, until it
 * is killed.
 */
public final class IndexingMain {
  private IndexingMain() {}

  /** Arguments: bootstrap servers, topic, group, URI of Elasticsearch, index. */
  public static void main(String[] args) {
    ActorSystem system = ActorSystem.create("forked");
    var consumer =
        IndexingPipeline.consumer(system, args[0], args[2])
            .withProperty("session.timeout.ms", 2000)
            .withProperty("heartbeat.interval.ms", 500);
    Observer indexed =
        new Observer() {
          @Override
          public void confirmed(String name, long elements, Duration latency) {
            System.out.println("INDEXED " + elements);
          }
        };
    IndexingPipeline.run(system, consumer, args[1], Index.open(args[3], args[4]), indexed)
        .streamCompletion()
        .whenComplete(
            (done, cause) -> {
              System.out.println("ENDED " + cause);
              Runtime.getRuntime().halt(3);
            });
  }
}
