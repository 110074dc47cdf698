package dev.connectors.elasticsearch;

import co.elastic.clients.elasticsearch.core.BulkRequest;
import com.typesafe.config.Config;
import dev.connectors.core.Observer;
import dev.connectors.core.RetrySettings;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * How operations are gathered into bulks, sent and tried again.
 *
 * <p>Immutable. Defaults are those of {@code connectors.elasticsearch.bulk} in {@code
 * reference.conf}.
 */
public final class BulkSettings {
  private static final String PATH = "connectors.elasticsearch.bulk";

  private final String name;
  private final int maxOperations;
  private final long maxBytes;
  private final Duration interval;
  private final FlushPolicy flush;
  private final int parallelism;
  private final Duration timeout;
  private final FailurePolicy onFailure;
  private final ConflictPolicy onConflict;
  private final RetrySettings retry;
  private final Observer observer;
  private final UnaryOperator<BulkRequest.Builder> request;

  private BulkSettings(Draft draft) {
    name = Checks.notEmpty(PATH + ".name", draft.name);
    maxOperations = Checks.positive(PATH + ".max-operations", draft.maxOperations);
    maxBytes = Checks.positive(PATH + ".max-bytes", draft.maxBytes);
    interval = Checks.positive(PATH + ".interval", draft.interval);
    flush = Objects.requireNonNull(draft.flush, "flush");
    parallelism = Checks.positive(PATH + ".parallelism", draft.parallelism);
    timeout = Checks.positive(PATH + ".timeout", draft.timeout);
    onFailure = Objects.requireNonNull(draft.onFailure, "onFailure");
    onConflict = Objects.requireNonNull(draft.onConflict, "onConflict");
    retry = Objects.requireNonNull(draft.retry, "retry");
    observer = Objects.requireNonNull(draft.observer, "observer");
    request = Objects.requireNonNull(draft.request, "request");
  }

  /** The settings at {@code connectors.elasticsearch.bulk} of the system's configuration. */
  public static BulkSettings create(ClassicActorSystemProvider system) {
    return new BulkSettings(new Draft(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.elasticsearch.bulk}. */
  public static BulkSettings create(Config config) {
    return new BulkSettings(new Draft(SettingsReader.of(config, PATH)));
  }

  /** The name that the observer is told. Default {@code elasticsearch-bulk}. */
  public BulkSettings withName(String value) {
    return with(draft -> draft.name = value);
  }

  /** A bulk is sent when it has this many operations, at least 1. Default 1,000. */
  public BulkSettings withMaxOperations(int value) {
    return with(draft -> draft.maxOperations = value);
  }

  /**
   * A bulk is sent when it has this many bytes, at least 1; an operation that is larger is sent
   * alone. The server's bound is {@code http.max_content_length}, 100 MB. Default 5 MiB.
   */
  public BulkSettings withMaxBytes(long value) {
    return with(draft -> draft.maxBytes = value);
  }

  /**
   * A bulk that is not full is sent this long after its first operation, or later if parallelism is
   * used up. Default 100 ms.
   */
  public BulkSettings withInterval(Duration value) {
    return with(draft -> draft.interval = value);
  }

  /** When a bulk that is not full is sent. Default {@link FlushPolicy#WHEN_IDLE}. */
  public BulkSettings withFlush(FlushPolicy value) {
    return with(draft -> draft.flush = value);
  }

  /** How many bulks are in flight, at least 1; one that waits for a retry counts. Default 3. */
  public BulkSettings withParallelism(int value) {
    return with(draft -> draft.parallelism = value);
  }

  /**
   * A bulk that has no answer after this long is aborted and tried again. The client's own socket
   * timeout, 30 s unless configured, comes first if it is shorter. Default 60 s.
   */
  public BulkSettings withTimeout(Duration value) {
    return with(draft -> draft.timeout = value);
  }

  /** What becomes of an operation that is refused for good. Default {@link FailurePolicy#FAIL}. */
  public BulkSettings withOnFailure(FailurePolicy value) {
    return with(draft -> draft.onFailure = value);
  }

  /** Which version conflicts count as done. Default {@link ConflictPolicy#EXTERNAL_VERSION}. */
  public BulkSettings withOnConflict(ConflictPolicy value) {
    return with(draft -> draft.onConflict = value);
  }

  /**
   * How transient failures are tried again. For single operations the predicate gets a {@link
   * BulkOperationException}, for whole requests the client's exception. Default: {@code
   * connectors.retry}.
   */
  public BulkSettings withRetry(RetrySettings value) {
    return with(draft -> draft.retry = value);
  }

  /** Who is told of confirmed, retried and rejected operations. Default: nobody. */
  public BulkSettings withObserver(Observer value) {
    return with(draft -> draft.observer = value);
  }

  /**
   * Completes each request, for example with {@code refresh}, {@code pipeline} or {@code
   * waitForActiveShards}; operations are added afterwards. Called by the stream's thread, once per
   * request. Default: adds nothing.
   */
  public BulkSettings withRequest(UnaryOperator<BulkRequest.Builder> value) {
    return with(draft -> draft.request = value);
  }

  public String name() {
    return name;
  }

  public int maxOperations() {
    return maxOperations;
  }

  public long maxBytes() {
    return maxBytes;
  }

  public Duration interval() {
    return interval;
  }

  public FlushPolicy flush() {
    return flush;
  }

  public int parallelism() {
    return parallelism;
  }

  public Duration timeout() {
    return timeout;
  }

  public FailurePolicy onFailure() {
    return onFailure;
  }

  public ConflictPolicy onConflict() {
    return onConflict;
  }

  public RetrySettings retry() {
    return retry;
  }

  public Observer observer() {
    return observer;
  }

  public UnaryOperator<BulkRequest.Builder> request() {
    return request;
  }

  @Override
  public String toString() {
    return ("BulkSettings(name=%s, maxOperations=%d, maxBytes=%d, interval=%s, flush=%s,"
            + " parallelism=%d, timeout=%s, onFailure=%s, onConflict=%s, retry=%s)")
        .formatted(
            name,
            maxOperations,
            maxBytes,
            interval,
            flush,
            parallelism,
            timeout,
            onFailure,
            onConflict,
            retry);
  }

  private BulkSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new BulkSettings(draft);
  }

  private static final class Draft {
    String name;
    int maxOperations;
    long maxBytes;
    Duration interval;
    FlushPolicy flush;
    int parallelism;
    Duration timeout;
    FailurePolicy onFailure;
    ConflictPolicy onConflict;
    RetrySettings retry;
    Observer observer;
    UnaryOperator<BulkRequest.Builder> request;

    Draft(SettingsReader reader) {
      name = reader.text("name");
      maxOperations = reader.integer("max-operations");
      maxBytes = reader.bytes("max-bytes");
      interval = reader.duration("interval");
      flush = reader.policy("flush", FlushPolicy.class);
      parallelism = reader.integer("parallelism");
      timeout = reader.duration("timeout");
      onFailure = reader.policy("on-failure", FailurePolicy.class);
      onConflict = reader.policy("on-conflict", ConflictPolicy.class);
      retry = RetrySettings.create(reader.in("retry").config());
      observer = Observer.NONE;
      request = builder -> builder;
    }

    Draft(BulkSettings settings) {
      name = settings.name;
      maxOperations = settings.maxOperations;
      maxBytes = settings.maxBytes;
      interval = settings.interval;
      flush = settings.flush;
      parallelism = settings.parallelism;
      timeout = settings.timeout;
      onFailure = settings.onFailure;
      onConflict = settings.onConflict;
      retry = settings.retry;
      observer = settings.observer;
      request = settings.request;
    }
  }
}
