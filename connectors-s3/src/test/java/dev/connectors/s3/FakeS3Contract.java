package dev.connectors.s3;

import dev.connectors.testkit.SinkContract;
import java.time.Duration;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The contract of flows on an S3 that is a fake, which refuses keys that begin so. */
@SuppressWarnings("NullAway.Init") // set up by fresh
abstract class FakeS3Contract<I, O> extends SinkContract<I, O> {
  static final String REFUSED = "refused";

  FakeS3 s3;

  @Override
  protected void fresh() {
    s3 = new FakeS3();
    s3.onRequest =
        request ->
            request instanceof PutObjectRequest put && put.key().startsWith(REFUSED)
                ? FakeS3.error(403, "AccessDenied")
                : null;
  }

  @AfterEach
  void close() {
    s3.close();
  }

  @Override
  protected Class<? extends Throwable> refusal() {
    return S3Exception.class;
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
