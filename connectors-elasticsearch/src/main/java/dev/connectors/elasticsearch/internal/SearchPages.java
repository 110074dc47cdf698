package dev.connectors.elasticsearch.internal;

import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch._types.SortOptions;
import co.elastic.clients.elasticsearch._types.SortOrder;
import co.elastic.clients.elasticsearch._types.Time;
import co.elastic.clients.elasticsearch.core.OpenPointInTimeRequest;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.SearchResponse;
import co.elastic.clients.elasticsearch.core.search.Hit;
import dev.connectors.elasticsearch.IncompleteSearchException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The requests that page through a search, and where it stands. Not thread-safe. */
final class SearchPages<T> {
  private final SearchRequest request;
  private final int size;
  private final Time keepAlive;
  private @Nullable String pit;
  private @Nullable List<FieldValue> after;
  private boolean isExhausted;

  SearchPages(SearchRequest request, int pageSize, Duration keepAlive) {
    Integer requested = request.size();
    this.request = request;
    this.size = requested == null ? pageSize : requested;
    this.keepAlive = Time.of(t -> t.time(keepAlive.toMillis() + "ms"));
  }

  /** Refuses what paging by point in time has no place for. */
  static void check(SearchRequest request) {
    refuse(request.index().isEmpty(), "has no index");
    refuse(request.pit() != null, "has a pit, which the source opens itself");
    refuse(!request.searchAfter().isEmpty(), "has a search_after, which the source sets itself");
    refuse(request.from() != null, "has a from");
    refuse(request.scroll() != null, "has a scroll");
    refuse(request.terminateAfter() != null, "has a terminate_after");
    Integer size = request.size();
    refuse(size != null && size < 1, "has size " + size + ", allowed is at least 1");
  }

  private static void refuse(boolean bad, String why) {
    if (bad) {
      throw new IllegalArgumentException("the search request " + why);
    }
  }

  /** All but the routing, which {@link OpeningEndpoint} adds. */
  OpenPointInTimeRequest opening() {
    OpenPointInTimeRequest.Builder opening =
        new OpenPointInTimeRequest.Builder()
            .index(request.index())
            .keepAlive(keepAlive)
            .ignoreUnavailable(request.ignoreUnavailable())
            .preference(request.preference());
    if (!request.expandWildcards().isEmpty()) {
      opening.expandWildcards(request.expandWildcards());
    }
    return opening.build();
  }

  void opened(String id) {
    pit = id;
  }

  void closed() {
    pit = null;
  }

  /** The newest id of the point in time, or null when it is not open. */
  @Nullable String pit() {
    return pit;
  }

  /** Whether the last page was received. */
  boolean isExhausted() {
    return isExhausted;
  }

  SearchRequest nextPage() {
    SearchRequest.Builder page = request.rebuild().size(size).allowPartialSearchResults(false);
    if (request.sort().isEmpty()) {
      page.sort(SortOptions.of(s -> s.field(f -> f.field("_shard_doc").order(SortOrder.Asc))));
    }
    if (request.trackTotalHits() == null) {
      page.trackTotalHits(t -> t.enabled(false));
    }
    if (after != null) {
      page.searchAfter(after);
    }
    return atPointInTime(page);
  }

  /**
   * Asks every shard for nothing. It must not be a search for nothing, which the coordinating node
   * answers without asking.
   */
  SearchRequest renewal() {
    return atPointInTime(
        new SearchRequest.Builder()
            .size(0)
            .terminateAfter(1L)
            .trackTotalHits(t -> t.enabled(false)));
  }

  private SearchRequest atPointInTime(SearchRequest.Builder search) {
    String id = pit;
    if (id == null) {
      throw new IllegalStateException("the point in time is not open");
    }
    return search.pit(p -> p.id(id).keepAlive(keepAlive)).build();
  }

  /** The hits of a page, all of them or an exception. */
  List<Hit<T>> received(SearchResponse<T> response) {
    renewed(response);
    int failed = response.shards().failed().intValue();
    if (response.timedOut() || failed > 0) {
      throw new IncompleteSearchException(
          response.timedOut(), failed, response.shards().total().intValue());
    }
    List<Hit<T>> hits = response.hits().hits();
    if (hits.size() < size) {
      isExhausted = true;
    } else {
      after = hits.get(hits.size() - 1).sort();
      if (after.isEmpty()) {
        // The same page would come again, for ever.
        throw new IllegalStateException(
            "the hits have no sort values to go on from: is the request one that can't be sorted?");
      }
    }
    return hits;
  }

  void renewed(SearchResponse<T> response) {
    if (response.pitId() != null) {
      pit = response.pitId();
    }
  }
}
