package dev.connectors.s3;

import dev.connectors.core.RetrySettings;
import java.time.Duration;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/** The contract of flows, on an S3 that is a fake. */
class S3FlowContractTest extends FakeS3Contract<S3Put, PutObjectResponse> {
  private static final int PARALLELISM = 20;

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
    return put(REFUSED);
  }

  private static S3Put put(String key) {
    return new S3Put(
        PutObjectRequest.builder().bucket("b").key(key).build(), ByteString.fromString(key));
  }

  @Override
  protected long stored() {
    return s3.objects.size();
  }

  @Override
  protected int bound() {
    return PARALLELISM + 1;
  }
}
