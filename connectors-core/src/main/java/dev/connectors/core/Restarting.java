package dev.connectors.core;

import dev.connectors.core.internal.RestartingStage;
import java.time.Duration;
import org.apache.pekko.japi.function.Creator;
import org.apache.pekko.stream.RestartSettings;
import org.apache.pekko.stream.javadsl.RestartSource;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceWithContext;

/**
 * Starts a source anew when it fails, after a back-off, behind one {@link Control} that stays valid
 * all the while.
 *
 * <p>The back-off is that of Pekko's {@link RestartSource}: from {@code min-backoff} doubled up to
 * {@code max-backoff}, to which chance adds up to the part {@code jitter}. The stream fails with
 * the source's own exception when {@link RetrySettings#withRetryOn} refuses it, when the source has
 * been restarted {@code max-attempts} times and was never up for {@code max-duration}, or when it
 * fails after it was told to stop. A source that completes is not started again.
 *
 * <p>Each start is a new source with a window of its own: what the stream still holds of an earlier
 * one can be settled without effect, and its server delivers it again.
 *
 * <p>The control's {@code stop} ends the stream at once when a back-off is under way; otherwise all
 * methods refer to the source that runs, {@code health} is {@link Health.State#STARTING} during a
 * back-off, and {@code isShutdown} completes when the stream has ended and every source that was
 * started has closed its client.
 */
public final class Restarting {
  private Restarting() {}

  /**
   * Restarts a source.
   *
   * @param create makes a new source at each start; what it throws counts as a failure of the
   *     source
   */
  public static <T> Source<T, Control> source(
      RetrySettings settings, Creator<Source<T, Control>> create) {
    return Source.fromGraph(new RestartingStage<>(restartSettings(settings), create));
  }

  /**
   * Restarts a committable source.
   *
   * @param create makes a new source at each start; what it throws counts as a failure of the
   *     source
   */
  public static <T> SourceWithContext<T, Committable, Control> sourceWithContext(
      RetrySettings settings, Creator<SourceWithContext<T, Committable, Control>> create) {
    return SourceWithContext.fromPairs(source(settings, () -> create.create().asSource()));
  }

  private static RestartSettings restartSettings(RetrySettings settings) {
    return RestartSettings.create(settings.minBackoff(), settings.maxBackoff(), settings.jitter())
        .withMaxRestarts(settings.maxAttempts(), settings.maxDuration())
        .withRestartOn(failure -> settings.retries(failure, 0, Duration.ZERO));
  }
}
