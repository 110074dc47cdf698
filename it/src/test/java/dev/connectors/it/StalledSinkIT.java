package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.it.support.StallingMain;
import dev.connectors.it.support.Topic;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.WithServers;
import dev.connectors.testkit.chaos.ForkedPipeline;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.junit.jupiter.api.Test;

/** A sink that stops answering, with a heap that could not hold what there is to read. */
@WithServers
class StalledSinkIT {
  private static final int RECORDS = 100_000;
  private static final int BYTES = 4_000;

  /** Longer than the timeouts of {@link StallingMain}. */
  private static final int STALL_SECONDS = 60;

  @Test
  void stall_beyondAllTimeoutsWith128MegabytesOfHeap_staysInTheGroupAndResumes(KafkaServer kafka)
      throws Exception {
    Topic topic = Topic.create(kafka.bootstrapServers(), "stalled", 12);
    topic.produce(RECORDS, BYTES);

    try (ForkedPipeline pipeline =
        ForkedPipeline.of(StallingMain.class)
            .withJvmOptions("-Xmx128m", "-XX:+ExitOnOutOfMemoryError")
            .withArguments(
                kafka.bootstrapServers(), topic.name(), "stalled", String.valueOf(STALL_SECONDS))
            .start()) {
      pipeline.awaitLine("STALLED");
      String member = member(kafka);
      pipeline.awaitLine("HEAP");
      assertThat(member(kafka)).as("still the same member after the stall").isEqualTo(member);

      await()
          .atMost(1, TimeUnit.MINUTES)
          .until(() -> topic.committed("stalled").equals(topic.ends()));
      assertThat(pipeline.isRunning()).isTrue();
      assertThat(member(kafka)).isEqualTo(member);
      await()
          .atMost(10, TimeUnit.SECONDS)
          .until(() -> ("PROCESSED " + RECORDS).equals(pipeline.lastLine("PROCESSED")));
    }
  }

  private static String member(KafkaServer kafka) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      List<MemberDescription> members =
          List.copyOf(
              Objects.requireNonNull(
                      admin.describeConsumerGroups(List.of("stalled")).all().get().get("stalled"))
                  .members());
      assertThat(members).hasSize(1);
      return members.get(0).consumerId();
    }
  }
}
