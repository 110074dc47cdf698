package dev.connectors.elasticsearch;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;

/** Sinks that write to Elasticsearch, with the guarantees of {@link ElasticsearchFlow}. */
public final class ElasticsearchSink {
  private ElasticsearchSink() {}

  /**
   * Carries out operations and completes when all are confirmed, or fails as {@link
   * ElasticsearchFlow#bulk} does. With {@link FailurePolicy#EMIT} nobody sees what is refused: use
   * the flow for that.
   */
  public static Sink<BulkOperation, CompletionStage<Done>> bulk(
      ElasticsearchAsyncClient client, BulkSettings settings) {
    return ElasticsearchFlow.bulk(client, settings).toMat(Sink.ignore(), Keep.right());
  }
}
