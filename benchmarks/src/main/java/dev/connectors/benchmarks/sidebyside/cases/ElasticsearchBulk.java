package dev.connectors.benchmarks.sidebyside.cases;

import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.util.BinaryData;
import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.elasticsearch.Bulk;
import dev.connectors.elasticsearch.BulkSettings;
import dev.connectors.elasticsearch.ElasticsearchFlow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Indexes documents in bulks of 1,000, three at a time; the clock stops with the last answer. There
 * is no artifact of pekko-connectors-elasticsearch to compare with.
 */
final class ElasticsearchBulk {
  private ElasticsearchBulk() {}

  private interface Way {
    void index(Servers servers, String index, int bytes, Meter meter, ItemCheck check)
        throws Exception;
  }

  static Workload.Setup bulk(int bytes) {
    return (servers, records) -> {
      Search.of(servers);
      return new Contenders()
          .raw(meter -> round(servers, bytes, meter, ElasticsearchBulk::raw))
          .ours(meter -> round(servers, bytes, meter, ElasticsearchBulk::ours));
    };
  }

  private static void round(Servers servers, int bytes, Meter meter, Way way) throws Exception {
    Search search = Search.of(servers);
    String index = search.create();
    ItemCheck check = new ItemCheck(meter);
    way.index(servers, index, bytes, meter, check);
    check.verify(meter.records());
    search.checkAndDelete(index, meter.records());
  }

  private static BulkOperation operation(String index, long number, int bytes) {
    return Bulk.upsert(
        index,
        String.valueOf(number),
        1,
        BinaryData.of(Topics.value(number, bytes), "application/json"));
  }

  private static void raw(Servers servers, String index, int bytes, Meter meter, ItemCheck check)
      throws Exception {
    Search search = Search.of(servers);
    ArrayDeque<CompletableFuture<BulkResponse>> inFlight = new ArrayDeque<>();
    List<BulkOperation> next = new ArrayList<>(Search.BULK);
    meter.begin();
    for (long i = 0; i < meter.records(); i++) {
      next.add(operation(index, i, bytes));
      if (next.size() == Search.BULK || i == meter.records() - 1) {
        if (inFlight.size() == Search.PARALLELISM) {
          confirm(inFlight.remove(), meter, check);
        }
        inFlight.add(search.bulk(next));
        next = new ArrayList<>(Search.BULK);
      }
    }
    for (CompletableFuture<BulkResponse> last : inFlight) {
      confirm(last, meter, check);
    }
    meter.end();
  }

  private static void confirm(CompletableFuture<BulkResponse> bulk, Meter meter, ItemCheck check)
      throws Exception {
    meter.await(bulk).items().forEach(item -> check.accept(item, true));
  }

  private static void ours(Servers servers, String index, int bytes, Meter meter, ItemCheck check)
      throws Exception {
    BulkSettings settings = BulkSettings.create(servers.system());
    meter.await(
        Source.fromIterator(
                () -> {
                  meter.begin();
                  return LongStream.range(0, meter.records())
                      .mapToObj(number -> operation(index, number, bytes))
                      .iterator();
                })
            .via(ElasticsearchFlow.bulk(Search.of(servers).async(), settings))
            .runForeach(item -> check.accept(item, true), servers.system()));
    meter.end();
  }
}
