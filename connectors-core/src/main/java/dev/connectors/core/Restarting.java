package dev.connectors.core;

import dev.connectors.core.internal.RestartingStage;
import org.apache.pekko.japi.function.Creator;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceWithContext;

/**
 * Starts a source anew when it fails, after a back-off, behind one {@link Control} that stays valid
 * all the while.
 *
 * <p>The {@link RetrySettings} hold for a series of failures. It begins with a failure, and each
 * further one belongs to it until a source that was started anew has recovered: it has emitted an
 * element and stayed up for {@code max-backoff}, or, with nothing to emit, stayed up for {@code
 * max-duration}. The failure after that begins another series, with the shortest back-off. Within a
 * series:
 *
 * <ul>
 *   <li>The back-off is {@code min-backoff}, doubled with each failure up to {@code max-backoff},
 *       of which the part {@code jitter} is drawn by chance.
 *   <li>There are at most {@code max-attempts} restarts, and none after a failure that comes {@code
 *       max-duration} or more after the first one.
 * </ul>
 *
 * <p>The stream fails with the source's own exception when these are used up, when {@link
 * RetrySettings#withRetryOn} refuses it, or when the source fails after it was told to stop. A
 * source that completes is not started again. Each restart is logged as a warning, with the
 * exception that it follows.
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
   * @param create makes a new source at each start; what it throws, or the source throws when it is
   *     materialized, counts as a failure of the source
   */
  public static <T> Source<T, Control> source(
      RetrySettings settings, Creator<Source<T, Control>> create) {
    return Source.fromGraph(new RestartingStage<>(settings, create));
  }

  /**
   * Restarts a committable source.
   *
   * @param create makes a new source at each start; what it throws, or the source throws when it is
   *     materialized, counts as a failure of the source
   */
  public static <T> SourceWithContext<T, Committable, Control> sourceWithContext(
      RetrySettings settings, Creator<SourceWithContext<T, Committable, Control>> create) {
    return SourceWithContext.fromPairs(source(settings, () -> create.create().asSource()));
  }
}
