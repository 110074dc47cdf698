package dev.connectors.s3;

import dev.connectors.core.RetrySettings;
import dev.connectors.testkit.SinkContract;
import java.time.Duration;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The contract of flows, on an S3 that is a fake. */
@SuppressWarnings("NullAway.Init") // set up by fresh
class S3FlowContractTest extends SinkContract<S3Put, PutObjectResponse> {
  private static final int PARALLELISM = 20;

  private FakeS3 s3;

  @Override
  protected void fresh() {
    s3 = new FakeS3();
    s3.onRequest =
        request ->
            request instanceof PutObjectRequest put && put.key().equals("refused")
                ? FakeS3.error(403, "AccessDenied")
                : null;
  }

  @AfterEach
  void close() {
    s3.close();
  }

  @Override
  protected Flow<Pair<S3Put, Integer>, Pair<PutObjectResponse, Integer>, NotUsed> flow(
      ActorSystem system) {
    RequestSettings settings =
        RequestSettings.create(system)
            .withParallelism(PARALLELISM)
            .withRetry(
                RetrySettings.create(system)
                    .withMinBackoff(Duration.ofMillis(1))
                    .withMaxBackoff(Duration.ofMillis(5)));
    return S3Flow.<Integer>putWithContext(s3, settings).asFlow();
  }

  @Override
  protected S3Put element(int number) {
    return put("object-" + number);
  }

  @Override
  protected S3Put refused() {
    return put("refused");
  }

  private static S3Put put(String key) {
    return new S3Put(
        PutObjectRequest.builder().bucket("b").key(key).build(), ByteString.fromString(key));
  }

  @Override
  protected Class<? extends Throwable> refusal() {
    return S3Exception.class;
  }

  @Override
  protected long stored() {
    return s3.objects.size();
  }

  @Override
  protected int bound() {
    return PARALLELISM + 1;
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
