package dev.connectors.s3;

import dev.connectors.core.RetrySettings;
import dev.connectors.core.RollingFormat;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import java.time.Duration;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** The contract of flows, for elements that go into objects that roll. */
class S3RollingContractTest extends FakeS3Contract<String, RolledObject> {
  private static final int PARALLELISM = 4;
  private static final int ELEMENTS = 10;

  @Override
  protected Flow<Pair<String, Integer>, Pair<RolledObject, Integer>, NotUsed> flow(
      ActorSystem system) {
    RollingPlan<String, PutObjectRequest> plan =
        RollingPlan.<String, PutObjectRequest>of(
                RollingFormat.lines(line -> line),
                object ->
                    PutObjectRequest.builder()
                        .bucket("b")
                        .key(object.partition() + "/" + object.first())
                        .build())
            .withPartition(line -> line.startsWith(REFUSED) ? line : "line");
    return S3Flow.<String, Integer>rollingWithContext(
            s3,
            plan,
            RollingSettings.create(system.settings().config().getConfig("connectors.s3.rolling"))
                .withMaxElements(ELEMENTS)
                .withMaxIdle(Duration.ofMillis(20)),
            UploadSettings.create(system)
                .withParallelism(PARALLELISM)
                .withAbortTimeout(Duration.ofSeconds(1))
                .withRetry(
                    RetrySettings.create(system)
                        .withMinBackoff(Duration.ofMillis(1))
                        .withMaxBackoff(Duration.ofMillis(5))))
        .asFlow();
  }

  @Override
  protected String element(int number) {
    return "line-" + number;
  }

  @Override
  protected String refused() {
    return REFUSED;
  }

  @Override
  protected long stored() {
    return s3.objects.values().stream().mapToLong(S3RollingContractTest::lines).sum();
  }

  private static long lines(byte[] content) {
    long lines = 0;
    for (byte one : content) {
      lines += one == '\n' ? 1 : 0;
    }
    return lines;
  }

  @Override
  protected int bound() {
    return (PARALLELISM + 1) * ELEMENTS;
  }
}
