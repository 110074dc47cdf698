package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.it.support.S3Store;
import dev.connectors.it.support.TransferMain;
import dev.connectors.s3.S3;
import dev.connectors.testkit.S3Server;
import dev.connectors.testkit.WithServers;
import dev.connectors.testkit.chaos.ForkedPipeline;
import java.time.Duration;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.Test;

/**
 * An object that is larger than the heap, up and down. {@code
 * -Dconnectors.it.s3.large-megabytes=1024} has a larger one.
 */
@WithServers
class S3LargeObjectIT {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int MEGABYTES = Integer.getInteger("connectors.it.s3.large-megabytes", 192);

  @Test
  void upAndDown_with128MegabytesOfHeap_isTheSame(S3Server s3) throws Exception {
    try (S3Store store = S3Store.create(s3);
        ForkedPipeline pipeline = transfer(s3, store).start()) {
      String sent = pipeline.awaitLine("SENT", PATIENCE);
      String received = pipeline.awaitLine("RECEIVED", PATIENCE);

      assertThat(received.substring("RECEIVED ".length()))
          .hasSize(64)
          .isEqualTo(sent.substring("SENT ".length()));
      assertThat(
              store
                  .client()
                  .headObject(head -> head.bucket(store.bucket()).key("large"))
                  .join()
                  .contentLength())
          .isEqualTo((long) MEGABYTES << 20);
      assertThat(store.orphans()).isEmpty();
      store.client().deleteObject(object -> object.bucket(store.bucket()).key("large")).join();
    }
  }

  @Test
  void upload_processIsKilled_leavesNoObjectAndWhatIsLeftCanBeRemoved(S3Server s3)
      throws Exception {
    ActorSystem system = ActorSystem.create("empty");
    try (S3Store store = S3Store.create(s3);
        ForkedPipeline pipeline = transfer(s3, store).start()) {
      pipeline.awaitLine("HALF", PATIENCE);
      pipeline.kill();

      assertThat(store.orphans()).hasSize(1);
      assertThat(S3.empty(system, store.client(), store.bucket()).toCompletableFuture().join())
          .as("objects")
          .isZero();
      assertThat(store.orphans()).isEmpty();
    } finally {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }
  }

  private static ForkedPipeline transfer(S3Server s3, S3Store store) {
    return ForkedPipeline.of(TransferMain.class)
        .withJvmOptions("-Xmx128m", "-XX:+ExitOnOutOfMemoryError")
        .withArguments(
            s3.endpoint().toString(),
            s3.accessKeyId(),
            s3.secretAccessKey().reveal(),
            store.bucket(),
            String.valueOf(MEGABYTES));
  }
}
