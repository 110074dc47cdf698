package dev.connectors.elasticsearch;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.search.Hit;
import dev.connectors.elasticsearch.internal.SearchStage;
import java.util.Objects;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;

/**
 * Sources that read from Elasticsearch.
 *
 * @see <a
 *     href="https://www.elastic.co/docs/reference/elasticsearch/rest-apis/paginate-search-results">
 *     Elasticsearch: paginate search results</a>
 */
public final class ElasticsearchSource {
  private ElasticsearchSource() {}

  /**
   * All hits of a search, as of one point in time, with the settings at {@code
   * connectors.elasticsearch.search} of the system that runs the stream.
   *
   * @see #search(ElasticsearchAsyncClient, SearchRequest, Class, SearchSettings)
   */
  public static <T> Source<Hit<T>, NotUsed> search(
      ElasticsearchAsyncClient client, SearchRequest request, Class<T> type) {
    return Source.fromGraph(new SearchStage<>(client, request, type, null));
  }

  /**
   * All hits of a search, as of one point in time.
   *
   * <ul>
   *   <li><b>Emits</b> the hits in the order of the request's {@code sort}; without one in index
   *       order ({@code _shard_doc}), which is the fastest. The request's {@code size} is the size
   *       of a page, not a limit: use {@code take} for that.
   *   <li><b>Back-pressure:</b> one page is read ahead, so at most two are held.
   *   <li><b>Completes</b> after the last hit, when the point in time is closed: then the client
   *       may be closed, too.
   *   <li><b>Fails</b> with {@link IncompleteSearchException} rather than leave hits out, with the
   *       client's own exception when a request is refused or retries are used up, and if a
   *       document does not fit {@code type}. A point in time does not survive the loss of a node
   *       that holds its only copy of a shard.
   *   <li><b>Point in time:</b> opened when the stream starts, kept alive however slow downstream
   *       is, and closed when the last page is received, before the stream fails, and after it was
   *       cancelled. The stream waits for the answer for {@code close-timeout} at most. If closing
   *       fails, the stream ends as it would have otherwise, and Elasticsearch closes the point in
   *       time after the keep-alive.
   *   <li><b>Guarantee:</b> each run of the stream reads anew; there is no position to commit.
   *   <li><b>Threads:</b> hits are deserialised by the client's threads.
   * </ul>
   *
   * <p>The request must name its index, and must not have {@code pit}, {@code search_after}, {@code
   * from}, {@code scroll} or {@code terminate_after}. Aggregations and suggestions are not emitted.
   * The client stays the caller's, to be closed after the stream.
   *
   * @param type what the client's {@code JsonpMapper} makes of a document
   * @throws IllegalArgumentException if the request can't be paged through
   * @see <a
   *     href="https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-open-point-in-time">
   *     Elasticsearch: open a point in time</a>
   */
  public static <T> Source<Hit<T>, NotUsed> search(
      ElasticsearchAsyncClient client,
      SearchRequest request,
      Class<T> type,
      SearchSettings settings) {
    return Source.fromGraph(
        new SearchStage<>(client, request, type, Objects.requireNonNull(settings, "settings")));
  }
}
