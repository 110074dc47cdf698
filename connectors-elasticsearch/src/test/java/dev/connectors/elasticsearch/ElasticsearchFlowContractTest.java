package dev.connectors.elasticsearch;

import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import dev.connectors.core.RetrySettings;
import dev.connectors.elasticsearch.FakeElasticsearch.Answer;
import dev.connectors.elasticsearch.FakeElasticsearch.Received;
import dev.connectors.testkit.SinkContract;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.junit.jupiter.api.AfterEach;

/** The contract of flows, on an Elasticsearch that is a fake. */
@SuppressWarnings("NullAway.Init") // set up by fresh
class ElasticsearchFlowContractTest extends SinkContract<BulkOperation, BulkResponseItem> {
  private static final int OPERATIONS = 100;

  private FakeElasticsearch server;

  @Override
  protected void fresh() {
    server = new FakeElasticsearch();
    server.onItem = item -> isRefused(item) ? 400 : 201;
  }

  @AfterEach
  void closeServer() throws IOException {
    server.close();
  }

  private static boolean isRefused(Received item) {
    return item.number() < 0;
  }

  @Override
  protected Flow<Pair<BulkOperation, Integer>, Pair<BulkResponseItem, Integer>, NotUsed> flow(
      ActorSystem system) {
    BulkSettings bulk =
        BulkSettings.create(system)
            .withMaxOperations(OPERATIONS)
            .withParallelism(2)
            .withRetry(
                RetrySettings.create(system)
                    .withMinBackoff(Duration.ofMillis(5))
                    .withMaxBackoff(Duration.ofMillis(20)));
    return ElasticsearchFlow.<Integer>bulkWithContext(server.client, bulk).asFlow();
  }

  @Override
  protected BulkOperation element(int number) {
    return Bulk.index("contract", "topic", 0, number, Map.of("number", number));
  }

  @Override
  protected BulkOperation refused() {
    return Bulk.index("contract", "topic", 1, 0, Map.of("number", "no number"));
  }

  @Override
  protected Class<? extends Throwable> refusal() {
    return BulkOperationException.class;
  }

  @Override
  protected long stored() {
    return server.confirmed.size();
  }

  @Override
  protected int bound() {
    return 3 * OPERATIONS;
  }

  @Override
  protected void stall() {
    server.stall();
  }

  @Override
  protected void resume() {
    server.resume();
  }

  /** Every third bulk is refused as a whole or lost, and of the others one in seven operations. */
  @Override
  protected boolean disturb() {
    AtomicInteger bulks = new AtomicInteger();
    Set<String> failed = ConcurrentHashMap.newKeySet();
    server.onBulk =
        bulk ->
            switch (bulks.incrementAndGet() % 9) {
              case 0 -> Answer.RESET;
              case 3 -> Answer.error(503, "unavailable");
              case 6 -> Answer.error(429, "busy");
              default -> null;
            };
    server.onItem = item -> item.number() % 7 == 0 && failed.add(item.id()) ? 429 : 201;
    return true;
  }

  @Override
  protected void ended(ActorSystem system) {
    StreamTestKit.assertAllStagesStopped(
        SystemMaterializer.get(system).materializer(), Duration.ofSeconds(10));
  }
}
