package dev.connectors.s3;

import com.typesafe.config.Config;
import dev.connectors.core.Observer;
import dev.connectors.core.RetrySettings;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import dev.connectors.s3.internal.Values;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * How {@link S3Flow} sends requests.
 *
 * <p>Immutable. Defaults are those of {@code connectors.s3.request} in {@code reference.conf}.
 */
public final class RequestSettings {
  private static final String PATH = "connectors.s3.request";

  private final String name;
  private final int parallelism;
  private final long maxObjectSize;
  private final int maxBatch;
  private final long copyPartSize;
  private final Duration timeout;
  private final RetrySettings retry;
  private final Observer observer;

  private RequestSettings(Draft draft) {
    name = Checks.notEmpty(PATH + ".name", draft.name);
    parallelism = Checks.positive(PATH + ".parallelism", draft.parallelism);
    maxObjectSize =
        Values.between(
            PATH + ".max-object-size", 1, Integer.MAX_VALUE - 1_024, draft.maxObjectSize);
    maxBatch = (int) Values.between(PATH + ".max-batch", 1, 1_000, draft.maxBatch);
    copyPartSize = Values.partSize(PATH + ".copy-part-size", draft.copyPartSize);
    timeout = Checks.positive(PATH + ".timeout", draft.timeout);
    retry = Objects.requireNonNull(draft.retry, "retry");
    observer = Objects.requireNonNull(draft.observer, "observer");
  }

  /** The settings at {@code connectors.s3.request} of the system's configuration. */
  public static RequestSettings create(ClassicActorSystemProvider system) {
    return new RequestSettings(new Draft(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.s3.request}. */
  public static RequestSettings create(Config config) {
    return new RequestSettings(new Draft(SettingsReader.of(config, PATH)));
  }

  /** The name that the observer is told. Default {@code s3-request}. */
  public RequestSettings withName(String value) {
    return with(draft -> draft.name = value);
  }

  /** How many requests are in flight, at least 1. Default 16. */
  public RequestSettings withParallelism(int value) {
    return with(draft -> draft.parallelism = value);
  }

  /**
   * The largest object that {@link S3Flow#get} reads into memory, less than 2 GiB. Default 16 MiB.
   */
  public RequestSettings withMaxObjectSize(long value) {
    return with(draft -> draft.maxObjectSize = value);
  }

  /** The most keys in one request of {@link S3Flow#delete}, from 1 to 1,000. Default 1,000. */
  public RequestSettings withMaxBatch(int value) {
    return with(draft -> draft.maxBatch = value);
  }

  /**
   * An object larger than this is copied in parts of this size by {@link S3Flow#copy}; from 5 MiB
   * to 5 GiB. Default 64 MiB.
   */
  public RequestSettings withCopyPartSize(long value) {
    return with(draft -> draft.copyPartSize = value);
  }

  /** An attempt is given up after this long and tried again. Default 60 s. */
  public RequestSettings withTimeout(Duration value) {
    return with(draft -> draft.timeout = value);
  }

  /**
   * How transient failures are tried again, beyond what the client itself does. Default: {@code
   * connectors.retry}.
   */
  public RequestSettings withRetry(RetrySettings value) {
    return with(draft -> draft.retry = value);
  }

  /** Who is told of requests and retries. Default: nobody. */
  public RequestSettings withObserver(Observer value) {
    return with(draft -> draft.observer = value);
  }

  public String name() {
    return name;
  }

  public int parallelism() {
    return parallelism;
  }

  public long maxObjectSize() {
    return maxObjectSize;
  }

  public int maxBatch() {
    return maxBatch;
  }

  public long copyPartSize() {
    return copyPartSize;
  }

  public Duration timeout() {
    return timeout;
  }

  public RetrySettings retry() {
    return retry;
  }

  public Observer observer() {
    return observer;
  }

  @Override
  public String toString() {
    return "RequestSettings(name=%s, parallelism=%d, maxObjectSize=%d, maxBatch=%d, copyPartSize=%d, timeout=%s, retry=%s)"
        .formatted(name, parallelism, maxObjectSize, maxBatch, copyPartSize, timeout, retry);
  }

  private RequestSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new RequestSettings(draft);
  }

  private static final class Draft {
    String name;
    int parallelism;
    long maxObjectSize;
    int maxBatch;
    long copyPartSize;
    Duration timeout;
    RetrySettings retry;
    Observer observer;

    Draft(SettingsReader reader) {
      name = reader.text("name");
      parallelism = reader.integer("parallelism");
      maxObjectSize = reader.bytes("max-object-size");
      maxBatch = reader.integer("max-batch");
      copyPartSize = reader.bytes("copy-part-size");
      timeout = reader.duration("timeout");
      retry = RetrySettings.create(reader.in("retry").config());
      observer = Observer.NONE;
    }

    Draft(RequestSettings settings) {
      name = settings.name;
      parallelism = settings.parallelism;
      maxObjectSize = settings.maxObjectSize;
      maxBatch = settings.maxBatch;
      copyPartSize = settings.copyPartSize;
      timeout = settings.timeout;
      retry = settings.retry;
      observer = settings.observer;
    }
  }
}
