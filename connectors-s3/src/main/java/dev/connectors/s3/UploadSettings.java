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
 * How an object is written.
 *
 * <p>Immutable. Defaults are those of {@code connectors.s3.upload} in {@code reference.conf}.
 */
public final class UploadSettings {
  private static final String PATH = "connectors.s3.upload";

  private final String name;
  private final long partSize;
  private final int parallelism;
  private final Duration timeout;
  private final Duration abortTimeout;
  private final ResumePolicy resume;
  private final RetrySettings retry;
  private final Observer observer;

  private UploadSettings(Draft draft) {
    name = Checks.notEmpty(PATH + ".name", draft.name);
    partSize = Values.partSize(PATH + ".part-size", draft.partSize);
    parallelism = Checks.positive(PATH + ".parallelism", draft.parallelism);
    timeout = Checks.positive(PATH + ".timeout", draft.timeout);
    abortTimeout = Checks.positive(PATH + ".abort-timeout", draft.abortTimeout);
    resume = Objects.requireNonNull(draft.resume, "resume");
    retry = Objects.requireNonNull(draft.retry, "retry");
    observer = Objects.requireNonNull(draft.observer, "observer");
  }

  /** The settings at {@code connectors.s3.upload} of the system's configuration. */
  public static UploadSettings create(ClassicActorSystemProvider system) {
    return new UploadSettings(new Draft(SettingsReader.of(system, PATH)));
  }

  /** The settings in a block with the keys of {@code connectors.s3.upload}. */
  public static UploadSettings create(Config config) {
    return new UploadSettings(new Draft(SettingsReader.of(config, PATH)));
  }

  /** The name that the observer is told. Default {@code s3-upload}. */
  public UploadSettings withName(String value) {
    return with(draft -> draft.name = value);
  }

  /**
   * Bytes in a part, from 5 MiB to 5 GiB. What fits in one part is written with one PUT. Parts grow
   * where 10,000 of them would not be enough. Default 8 MiB.
   */
  public UploadSettings withPartSize(long value) {
    return with(draft -> draft.partSize = value);
  }

  /** How many parts are sent at a time; one more is held, being filled. Default 4. */
  public UploadSettings withParallelism(int value) {
    return with(draft -> draft.parallelism = value);
  }

  /**
   * An attempt to send a request, a part's bytes included, is given up after this long and tried
   * again. Default 5 minutes.
   */
  public UploadSettings withTimeout(Duration value) {
    return with(draft -> draft.timeout = value);
  }

  /**
   * When an upload fails: for how long requests in flight are waited for before it is aborted, and
   * for how long the abortion is tried. Default 30 s.
   */
  public UploadSettings withAbortTimeout(Duration value) {
    return with(draft -> draft.abortTimeout = value);
  }

  /**
   * Whether an upload in parts that was interrupted is continued. Default {@link
   * ResumePolicy#NEVER}.
   */
  public UploadSettings withResume(ResumePolicy value) {
    return with(draft -> draft.resume = value);
  }

  /**
   * How transient failures are tried again, beyond what the client itself does. Default: {@code
   * connectors.retry}.
   */
  public UploadSettings withRetry(RetrySettings value) {
    return with(draft -> draft.retry = value);
  }

  /** Who is told of parts and retries. Default: nobody. */
  public UploadSettings withObserver(Observer value) {
    return with(draft -> draft.observer = value);
  }

  public String name() {
    return name;
  }

  public long partSize() {
    return partSize;
  }

  public int parallelism() {
    return parallelism;
  }

  public Duration timeout() {
    return timeout;
  }

  public Duration abortTimeout() {
    return abortTimeout;
  }

  public ResumePolicy resume() {
    return resume;
  }

  public RetrySettings retry() {
    return retry;
  }

  public Observer observer() {
    return observer;
  }

  @Override
  public String toString() {
    return "UploadSettings(name=%s, partSize=%d, parallelism=%d, timeout=%s, abortTimeout=%s, resume=%s, retry=%s)"
        .formatted(name, partSize, parallelism, timeout, abortTimeout, resume, retry);
  }

  private UploadSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new UploadSettings(draft);
  }

  private static final class Draft {
    String name;
    long partSize;
    int parallelism;
    Duration timeout;
    Duration abortTimeout;
    ResumePolicy resume;
    RetrySettings retry;
    Observer observer;

    Draft(SettingsReader reader) {
      name = reader.text("name");
      partSize = reader.bytes("part-size");
      parallelism = reader.integer("parallelism");
      timeout = reader.duration("timeout");
      abortTimeout = reader.duration("abort-timeout");
      resume = reader.policy("resume", ResumePolicy.class);
      retry = RetrySettings.create(reader.in("retry").config());
      observer = Observer.NONE;
    }

    Draft(UploadSettings settings) {
      name = settings.name;
      partSize = settings.partSize;
      parallelism = settings.parallelism;
      timeout = settings.timeout;
      abortTimeout = settings.abortTimeout;
      resume = settings.resume;
      retry = settings.retry;
      observer = settings.observer;
    }
  }
}
