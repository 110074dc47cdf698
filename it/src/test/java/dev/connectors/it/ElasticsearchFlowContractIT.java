package dev.connectors.it;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.transport.ElasticsearchTransport;
import dev.connectors.elasticsearch.Bulk;
import dev.connectors.elasticsearch.BulkOperationException;
import dev.connectors.elasticsearch.BulkSettings;
import dev.connectors.elasticsearch.ElasticsearchFlow;
import dev.connectors.it.support.ElasticClient;
import dev.connectors.it.support.FaultyFront;
import dev.connectors.it.support.FaultyFront.Fault;
import dev.connectors.it.support.Index;
import dev.connectors.testkit.ElasticsearchServer;
import dev.connectors.testkit.OwnServer;
import dev.connectors.testkit.SinkContract;
import dev.connectors.testkit.WithServers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** The contract of flows, on a real Elasticsearch. */
@WithServers
class ElasticsearchFlowContractIT extends SinkContract<BulkOperation, BulkResponseItem> {
  private static final AtomicInteger INDICES = new AtomicInteger();
  private static final int OPERATIONS = 100;

  private final ElasticsearchServer elasticsearch;
  private final Index index;
  private final FaultyFront front;
  private final ElasticsearchTransport throughFront;
  private volatile boolean disturbed;

  ElasticsearchFlowContractIT(@OwnServer ElasticsearchServer elasticsearch) throws Exception {
    this.elasticsearch = elasticsearch;
    this.index =
        Index.create(elasticsearch.uri().toString(), "flow-contract-" + INDICES.incrementAndGet());
    this.front = new FaultyFront(elasticsearch.uri(), "/_bulk", ElasticsearchFlowContractIT::fault);
    this.throughFront = ElasticClient.transport(front.uri());
  }

  /** Every third bulk is refused or lost. */
  private static @Nullable Fault fault(int number, String body) {
    return switch (number % 9) {
      case 0 -> Fault.RESET;
      case 3 -> Fault.json(429);
      case 6 -> Fault.html(503);
      default -> null;
    };
  }

  @AfterEach
  void close() throws Exception {
    throughFront.close();
    front.close();
    index.close();
  }

  @Override
  protected void fresh() {
    // JUnit makes an instance, and so an index, for each test.
  }

  @Override
  protected Flow<Pair<BulkOperation, Integer>, Pair<BulkResponseItem, Integer>, NotUsed> flow(
      ActorSystem system) {
    BulkSettings bulk =
        BulkSettings.create(system).withMaxOperations(OPERATIONS).withParallelism(2);
    ElasticsearchAsyncClient client =
        disturbed ? new ElasticsearchAsyncClient(throughFront) : index.async();
    return ElasticsearchFlow.<Integer>bulkWithContext(client, bulk).asFlow();
  }

  @Override
  protected BulkOperation element(int number) {
    return Bulk.index(
        index.name(),
        "contract",
        0,
        number,
        new Index.Doc(0, number, "key-" + number, "value-" + number));
  }

  @Override
  protected BulkOperation refused() {
    return Bulk.index(index.name(), "contract", 1, 0, Map.of("partition", "no number"));
  }

  @Override
  protected Class<? extends Throwable> refusal() {
    return BulkOperationException.class;
  }

  @Override
  protected long stored() throws Exception {
    index.refresh();
    return index.count();
  }

  @Override
  protected int bound() {
    return 3 * OPERATIONS;
  }

  @Override
  protected void stall() {
    elasticsearch.pause();
  }

  @Override
  protected void resume() {
    elasticsearch.resume();
  }

  @Override
  protected boolean disturb() {
    disturbed = true;
    return true;
  }

  @Override
  protected void ended(ActorSystem system) {
    StreamTestKit.assertAllStagesStopped(
        SystemMaterializer.get(system).materializer(), Duration.ofSeconds(30));
  }
}
