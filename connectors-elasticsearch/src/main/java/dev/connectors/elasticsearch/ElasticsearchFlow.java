package dev.connectors.elasticsearch;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import dev.connectors.elasticsearch.internal.BulkStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;

/**
 * Flows that write to Elasticsearch.
 *
 * <p>They gather operations into bulks, keep several bulks in flight and emit one {@code
 * BulkResponseItem} for each operation, in input order.
 *
 * <ul>
 *   <li><b>Guarantee:</b> an item is emitted only after Elasticsearch answered for its operation.
 *       An operation may be carried out more than once, after a lost answer: {@link Bulk} makes
 *       that harmless. A {@code create} then meets its own document: a conflict, subject to {@link
 *       ConflictPolicy#EXTERNAL_VERSION_OR_CREATE}.
 *   <li><b>Order:</b> operations on the same index and id take effect in input order, also across
 *       retries, because an operation waits for an earlier one on the same document. Operations
 *       with version type {@code external} or {@code external_gte} and those without an id have no
 *       need of that and never wait. Two names (aliases) of one index count as two indices. After a
 *       timeout Elasticsearch may still be at work on the request that was given up; only an
 *       external version protects against that.
 *   <li><b>Retries:</b> status 429, 502, 503 and 504, a lost connection and a timeout are tried
 *       again by {@link BulkSettings#withRetry}, and of a bulk only the operations that failed. A
 *       bulk that is too large for the server (413) is sent in halves.
 *   <li><b>Back-pressure:</b> at most (parallelism + 1) × max-operations operations, and about as
 *       many times max-bytes bytes, are held; then the flow stops pulling.
 *   <li><b>Completes</b> when upstream has completed and all results are emitted.
 *   <li><b>Fails</b> when upstream fails, when an operation is refused for good ({@link
 *       FailurePolicy#FAIL}), and with the client's own exception when a request is refused (such
 *       as 401) or retries are used up. It fails at once; on failure and cancellation requests in
 *       flight are aborted, which the server may have carried out nevertheless. A document that
 *       cannot be serialised fails the stream with the mapper's exception.
 *   <li><b>Threads:</b> none of its own. Documents are serialised, once, by the stream's thread.
 * </ul>
 *
 * <p>The client stays the caller's, to be closed after the stream.
 *
 * @see <a
 *     href="https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk">Elasticsearch:
 *     bulk</a>
 */
public final class ElasticsearchFlow {
  private ElasticsearchFlow() {}

  /** Carries out operations and emits the result of each, in input order. */
  public static Flow<BulkOperation, BulkResponseItem, NotUsed> bulk(
      ElasticsearchAsyncClient client, BulkSettings settings) {
    return Flow.fromGraph(
        new BulkStage<>(
            client,
            settings,
            operation -> operation,
            operation -> NotUsed.getInstance(),
            (item, context) -> item));
  }

  /** The same with a context for each operation, such as what is to be committed after it. */
  public static <C> FlowWithContext<BulkOperation, C, BulkResponseItem, C, NotUsed> bulkWithContext(
      ElasticsearchAsyncClient client, BulkSettings settings) {
    return FlowWithContext.fromPairs(
        Flow.<Pair<BulkOperation, C>, Pair<BulkResponseItem, C>, NotUsed>fromGraph(
            new BulkStage<Pair<BulkOperation, C>, C, Pair<BulkResponseItem, C>>(
                client, settings, Pair::first, Pair::second, Pair::create)));
  }
}
