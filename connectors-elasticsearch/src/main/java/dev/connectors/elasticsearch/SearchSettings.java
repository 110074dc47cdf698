package dev.connectors.elasticsearch;

import com.typesafe.config.Config;
import dev.connectors.core.Observer;
import dev.connectors.core.RetrySettings;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * How a search is read page by page.
 *
 * <p>Immutable. Defaults are those of {@code connectors.elasticsearch.search} in {@code
 * reference.conf}.
 */
public final class SearchSettings {
  private static final String PATH = "connectors.elasticsearch.search";
  private static final Duration SHORTEST_KEEP_ALIVE = Duration.ofSeconds(1);

  private final String name;
  private final int pageSize;
  private final Duration keepAlive;
  private final Duration timeout;
  private final Duration closeTimeout;
  private final RetrySettings retry;
  private final Observer observer;

  private SearchSettings(Draft draft) {
    name = Checks.notEmpty(PATH + ".name", draft.name);
    pageSize = Checks.positive(PATH + ".page-size", draft.pageSize);
    keepAlive = draft.keepAlive;
    if (keepAlive.compareTo(SHORTEST_KEEP_ALIVE) < 0) {
      throw Checks.refused(PATH + ".keep-alive", keepAlive, "at least " + SHORTEST_KEEP_ALIVE);
    }
    timeout = Checks.positive(PATH + ".timeout", draft.timeout);
    closeTimeout = Checks.positive(PATH + ".close-timeout", draft.closeTimeout);
    retry = Objects.requireNonNull(draft.retry, "retry");
    observer = Objects.requireNonNull(draft.observer, "observer");
  }

  /** The settings at {@code connectors.elasticsearch.search} of the system's configuration. */
  public static SearchSettings create(ClassicActorSystemProvider system) {
    return new SearchSettings(new Draft(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.elasticsearch.search}. */
  public static SearchSettings create(Config config) {
    return new SearchSettings(new Draft(SettingsReader.of(config, PATH)));
  }

  /** The name that the observer is told. Default {@code elasticsearch-search}. */
  public SearchSettings withName(String value) {
    return with(draft -> draft.name = value);
  }

  /**
   * Hits per page, at least 1, if the request has no {@code size}. The server allows {@code
   * index.max_result_window}, 10,000. Default 1,000.
   */
  public SearchSettings withPageSize(int value) {
    return with(draft -> draft.pageSize = value);
  }

  /**
   * How long Elasticsearch keeps the point in time after the last request, at least 1 s. It is
   * renewed by each page, and after half of this while downstream is slow. Default 1 minute.
   */
  public SearchSettings withKeepAlive(Duration value) {
    return with(draft -> draft.keepAlive = value);
  }

  /** A request that has no answer after this long is aborted and tried again. Default 60 s. */
  public SearchSettings withTimeout(Duration value) {
    return with(draft -> draft.timeout = value);
  }

  /**
   * The stream ends when the point in time is closed, or at the latest this long after it was asked
   * to be. Then Elasticsearch closes it by itself after the keep-alive. Default 5 s.
   */
  public SearchSettings withCloseTimeout(Duration value) {
    return with(draft -> draft.closeTimeout = value);
  }

  /** How transient failures are tried again. Default: {@code connectors.retry}. */
  public SearchSettings withRetry(RetrySettings value) {
    return with(draft -> draft.retry = value);
  }

  /** Who is told of pages and retries. Default: nobody. */
  public SearchSettings withObserver(Observer value) {
    return with(draft -> draft.observer = value);
  }

  public String name() {
    return name;
  }

  public int pageSize() {
    return pageSize;
  }

  public Duration keepAlive() {
    return keepAlive;
  }

  public Duration timeout() {
    return timeout;
  }

  public Duration closeTimeout() {
    return closeTimeout;
  }

  public RetrySettings retry() {
    return retry;
  }

  public Observer observer() {
    return observer;
  }

  @Override
  public String toString() {
    return "SearchSettings(name=%s, pageSize=%d, keepAlive=%s, timeout=%s, closeTimeout=%s, retry=%s)"
        .formatted(name, pageSize, keepAlive, timeout, closeTimeout, retry);
  }

  private SearchSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new SearchSettings(draft);
  }

  private static final class Draft {
    String name;
    int pageSize;
    Duration keepAlive;
    Duration timeout;
    Duration closeTimeout;
    RetrySettings retry;
    Observer observer;

    Draft(SettingsReader reader) {
      name = reader.text("name");
      pageSize = reader.integer("page-size");
      keepAlive = reader.duration("keep-alive");
      timeout = reader.duration("timeout");
      closeTimeout = reader.duration("close-timeout");
      retry = RetrySettings.create(reader.in("retry").config());
      observer = Observer.NONE;
    }

    Draft(SearchSettings settings) {
      name = settings.name;
      pageSize = settings.pageSize;
      keepAlive = settings.keepAlive;
      timeout = settings.timeout;
      closeTimeout = settings.closeTimeout;
      retry = settings.retry;
      observer = settings.observer;
    }
  }
}
