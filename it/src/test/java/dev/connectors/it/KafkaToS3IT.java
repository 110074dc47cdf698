package dev.connectors.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connectors.it.support.Filing;
import dev.connectors.it.support.FilingRounds;
import dev.connectors.it.support.S3FilingMain;
import dev.connectors.it.support.S3Store;
import dev.connectors.testkit.KafkaServer;
import dev.connectors.testkit.S3Server;
import dev.connectors.testkit.WithServers;
import dev.connectors.testkit.chaos.ChaosReport;
import dev.connectors.testkit.chaos.Finding;
import dev.connectors.testkit.chaos.ForkedPipeline;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * From Kafka into objects that roll, while the pipeline is killed. {@code -Dconnectors.it.kills=10
 * -Dconnectors.it.messages=120000} is the long form.
 */
@WithServers
class KafkaToS3IT {
  /** What a source may have emitted and not settled. */
  private static final int IN_FLIGHT = 10_000;

  private final KafkaServer kafka;
  private final S3Server s3;
  private final S3Store store;

  KafkaToS3IT(KafkaServer kafka, S3Server s3) {
    this.kafka = kafka;
    this.s3 = s3;
    this.store = S3Store.create(s3);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  @Timeout(1_800)
  void kill_objectsByCountWithAllTheirContexts_haveEveryRecordOnceAndTheSameBytesAgain()
      throws Exception {
    String topic = "objects-by-count";
    FilingRounds rounds = FilingRounds.create(kafka.bootstrapServers(), topic);
    Map<String, String> seen = new HashMap<>();
    try (ForkedPipeline pipeline = pipeline(topic, topic, Filing.WHOLE)) {
      rounds.run(pipeline, () -> seen.putAll(eTags()));
    }
    rounds.report(lines()).assertExactlyOnce().assertNone(Finding.OUT_OF_ORDER);
    assertThat(lines()).allSatisfy(object -> assertThat(object).hasSize(Filing.RECORDS));
    Map<String, String> all = eTags();
    assertThat(all).containsAllEntriesOf(seen);

    try (ForkedPipeline again = pipeline(topic, "another-group", Filing.WHOLE)) {
      rounds.finish(again, "another-group");
    }

    assertThat(eTags()).isEqualTo(all);
    assertThat(store.orphans()).isEmpty();
  }

  @Test
  @Timeout(1_800)
  void kill_objectsByTimeWithTheContextOfEachElement_loseNothing() throws Exception {
    String topic = "objects-by-time";
    FilingRounds rounds = FilingRounds.create(kafka.bootstrapServers(), topic);
    try (ForkedPipeline pipeline = pipeline(topic, topic, Filing.ELEMENTS)) {
      rounds.run(pipeline, () -> {});
    }

    ChaosReport report = rounds.report(lines());

    report.assertAtLeastOnce();
    assertThat(report.count(Finding.DUPLICATED))
        .isLessThanOrEqualTo((long) FilingRounds.KILLS * IN_FLIGHT);
  }

  private ForkedPipeline pipeline(String topic, String group, Filing filing) {
    return ForkedPipeline.of(S3FilingMain.class)
        .withJvmOptions(
            "-Xmx256m",
            "-Daws.region=us-east-1",
            "-Daws.accessKeyId=" + s3.accessKeyId(),
            "-Daws.secretAccessKey=" + s3.secretAccessKey().reveal())
        .withArguments(
            kafka.bootstrapServers(),
            topic,
            group,
            s3.endpoint().toString(),
            store.bucket(),
            filing.name());
  }

  /** Of objects written with one request each: the MD5s of their contents. */
  private Map<String, String> eTags() {
    Map<String, String> eTags = new TreeMap<>();
    store
        .client()
        .listObjectsV2Paginator(request -> request.bucket(store.bucket()))
        .contents()
        .subscribe((S3Object object) -> eTags.put(object.key(), object.eTag()))
        .join();
    return eTags;
  }

  private List<List<String>> lines() throws IOException {
    List<List<String>> contents = new ArrayList<>();
    for (String key : eTags().keySet()) {
      byte[] content =
          store
              .client()
              .getObject(
                  request -> request.bucket(store.bucket()).key(key),
                  AsyncResponseTransformer.toBytes())
              .join()
              .asByteArray();
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(content))) {
        contents.add(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
      }
    }
    return contents;
  }
}
