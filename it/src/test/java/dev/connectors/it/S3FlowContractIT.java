package dev.connectors.it;

import dev.connectors.core.RetrySettings;
import dev.connectors.it.support.HttpFront;
import dev.connectors.it.support.HttpFront.Fault;
import dev.connectors.it.support.S3Store;
import dev.connectors.s3.RequestSettings;
import dev.connectors.s3.S3Flow;
import dev.connectors.s3.S3Put;
import dev.connectors.testkit.S3Server;
import dev.connectors.testkit.SinkContract;
import dev.connectors.testkit.WithServers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The contract of flows, on S3Proxy: S3Mock would take minutes for so many objects. */
@WithServers
@SuppressWarnings("NullAway.Init") // set up by fresh
class S3FlowContractIT extends SinkContract<S3Put, PutObjectResponse> {
  private static final int PARALLELISM = 20;

  private final S3Server server;
  private S3Store store;
  private S3Store used;
  private @Nullable HttpFront front;

  S3FlowContractIT(S3Server server) {
    this.server = server;
  }

  @Override
  protected void fresh() {
    store = S3Store.create(server);
    used = store;
  }

  @AfterEach
  void close() throws Exception {
    used.close();
    store.close();
    if (front != null) {
      front.close();
    }
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
                    .withMaxBackoff(Duration.ofMillis(10)));
    return S3Flow.<Integer>putWithContext(used.client(), settings).asFlow();
  }

  @Override
  protected S3Put element(int number) {
    return put(store.bucket(), "object-" + number);
  }

  @Override
  protected S3Put refused() {
    return put("no-such-bucket", "refused");
  }

  private static S3Put put(String bucket, String key) {
    return new S3Put(
        PutObjectRequest.builder().bucket(bucket).key(key).build(), ByteString.fromString(key));
  }

  @Override
  protected Class<? extends Throwable> refusal() {
    return S3Exception.class;
  }

  @Override
  protected long stored() {
    AtomicLong objects = new AtomicLong();
    store
        .client()
        .listObjectsV2Paginator(request -> request.bucket(store.bucket()))
        .subscribe(page -> objects.addAndGet(page.contents().size()))
        .join();
    return objects.get();
  }

  @Override
  protected int bound() {
    return PARALLELISM + 1;
  }

  @Override
  protected int many() {
    return 1_000;
  }

  @Override
  protected void stall() {
    server.pause();
  }

  @Override
  protected void resume() {
    server.resume();
  }

  /** One request in ten is told 503. */
  @Override
  protected boolean disturb() throws Exception {
    front =
        new HttpFront(server, request -> request.number() % 10 == 0 ? Fault.SLOW_DOWN : Fault.NONE);
    used = store.withoutRetries(server, front.port());
    return true;
  }

  @Override
  protected void ended(ActorSystem system) {
    StreamTestKit.assertAllStagesStopped(
        SystemMaterializer.get(system).materializer(), Duration.ofSeconds(30));
  }
}
