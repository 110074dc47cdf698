package dev.connectors.s3;

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
 * How an object is read.
 *
 * <p>Immutable. Defaults are those of {@code connectors.s3.download} in {@code reference.conf}.
 */
public final class DownloadSettings {
  private static final String PATH = "connectors.s3.download";

  private final String name;
  private final int parallelism;
  private final long rangeSize;
  private final long readAhead;
  private final VerifyPolicy verify;
  private final Duration timeout;
  private final RetrySettings retry;
  private final Observer observer;

  private DownloadSettings(Draft draft) {
    name = Checks.notEmpty(PATH + ".name", draft.name);
    parallelism = Checks.positive(PATH + ".parallelism", draft.parallelism);
    rangeSize = Checks.positive(PATH + ".range-size", draft.rangeSize);
    readAhead = Checks.positive(PATH + ".read-ahead", draft.readAhead);
    verify = Objects.requireNonNull(draft.verify, "verify");
    timeout = Checks.positive(PATH + ".timeout", draft.timeout);
    retry = Objects.requireNonNull(draft.retry, "retry");
    observer = Objects.requireNonNull(draft.observer, "observer");
  }

  /** The settings at {@code connectors.s3.download} of the system's configuration. */
  public static DownloadSettings create(ClassicActorSystemProvider system) {
    return new DownloadSettings(new Draft(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.s3.download}. */
  public static DownloadSettings create(Config config) {
    return new DownloadSettings(new Draft(SettingsReader.of(config, PATH)));
  }

  /** The name that the observer is told. Default {@code s3-download}. */
  public DownloadSettings withName(String value) {
    return with(draft -> draft.name = value);
  }

  /**
   * How many ranges of the object are read at a time, at least 1. Default 1: the object is read
   * over one connection.
   */
  public DownloadSettings withParallelism(int value) {
    return with(draft -> draft.parallelism = value);
  }

  /**
   * Bytes in a range, with a parallelism of more than 1; parallelism × this is the most that is
   * held. Default 8 MiB.
   */
  public DownloadSettings withRangeSize(long value) {
    return with(draft -> draft.rangeSize = value);
  }

  /**
   * Bytes that are read ahead of demand, with a parallelism of 1. What the client hands over at
   * once may exceed it. Default 1 MiB.
   */
  public DownloadSettings withReadAhead(long value) {
    return with(draft -> draft.readAhead = value);
  }

  /** What the bytes are checked against at the end. Default {@link VerifyPolicy#CHECKSUM}. */
  public DownloadSettings withVerify(VerifyPolicy value) {
    return with(draft -> draft.verify = value);
  }

  /**
   * An attempt that has no answer after this long, or is sent no bytes for this long while it is
   * ready to take some, is given up and tried again from there. Default 60 s.
   */
  public DownloadSettings withTimeout(Duration value) {
    return with(draft -> draft.timeout = value);
  }

  /**
   * How transient failures are tried again, beyond what the client itself does. Default: {@code
   * connectors.retry}.
   */
  public DownloadSettings withRetry(RetrySettings value) {
    return with(draft -> draft.retry = value);
  }

  /** Who is told of bytes and retries. Default: nobody. */
  public DownloadSettings withObserver(Observer value) {
    return with(draft -> draft.observer = value);
  }

  public String name() {
    return name;
  }

  public int parallelism() {
    return parallelism;
  }

  public long rangeSize() {
    return rangeSize;
  }

  public long readAhead() {
    return readAhead;
  }

  public VerifyPolicy verify() {
    return verify;
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
    return "DownloadSettings(name=%s, parallelism=%d, rangeSize=%d, readAhead=%d, verify=%s, timeout=%s, retry=%s)"
        .formatted(name, parallelism, rangeSize, readAhead, verify, timeout, retry);
  }

  private DownloadSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new DownloadSettings(draft);
  }

  private static final class Draft {
    String name;
    int parallelism;
    long rangeSize;
    long readAhead;
    VerifyPolicy verify;
    Duration timeout;
    RetrySettings retry;
    Observer observer;

    Draft(SettingsReader reader) {
      name = reader.text("name");
      parallelism = reader.integer("parallelism");
      rangeSize = reader.bytes("range-size");
      readAhead = reader.bytes("read-ahead");
      verify = reader.policy("verify", VerifyPolicy.class);
      timeout = reader.duration("timeout");
      retry = RetrySettings.create(reader.in("retry").config());
      observer = Observer.NONE;
    }

    Draft(DownloadSettings settings) {
      name = settings.name;
      parallelism = settings.parallelism;
      rangeSize = settings.rangeSize;
      readAhead = settings.readAhead;
      verify = settings.verify;
      timeout = settings.timeout;
      retry = settings.retry;
      observer = settings.observer;
    }
  }
}
