package dev.connectors.s3;

import dev.connectors.core.RetrySettings;
import dev.connectors.core.RollingFormat;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.testkit.SinkContract;
import java.time.Duration;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The contract of flows, for elements that go into objects that roll. */
@SuppressWarnings("NullAway.Init") // set up by fresh
class S3RollingContractTest extends SinkContract<String, RolledObject> {
  private static final int PARALLELISM = 4;
  private static final int ELEMENTS = 10;

  private FakeS3 s3;

  @Override
  protected void fresh() {
    s3 = new FakeS3();
    s3.onRequest =
        request ->
            request instanceof PutObjectRequest put && put.key().startsWith("refused")
                ? FakeS3.error(403, "AccessDenied")
                : null;
  }

  @AfterEach
  void close() {
    s3.close();
  }

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
            .withPartition(line -> line.startsWith("refused") ? line : "line");
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
    return "refused";
  }

  @Override
  protected Class<? extends Throwable> refusal() {
    return S3Exception.class;
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

  @Override
  protected void stall() {
    s3.stall();
  }

  @Override
  protected void resume() {
    s3.resume();
  }

  @Override
  protected boolean disturb() {
    s3.disturbPuts();
    return true;
  }

  @Override
  protected void ended(ActorSystem system) {
    StreamTestKit.assertAllStagesStopped(
        SystemMaterializer.get(system).materializer(), Duration.ofSeconds(10));
  }
}
