package dev.connectors.core;

import dev.connectors.core.internal.DrainingControl;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * Stops a running source and tells how it does. Every source materializes one; all methods may be
 * called from any thread and more than once.
 *
 * <p>Every source is also drained by {@code CoordinatedShutdown}, in the phase {@code
 * service-requests-done}, when its actor system ends; that phase's time-out, of Pekko's
 * configuration and 5 s by default, bounds the drain too.
 */
public interface Control {

  /**
   * Stops reading and emitting and completes the stream. The client stays open, so that what is in
   * flight can be committed, until all is settled or the source's drain time-out is over.
   *
   * @return completes when the source has stopped emitting
   */
  CompletionStage<Done> stop();

  /**
   * Stops, waits for what is in flight within the source's drain time-out, commits, and closes the
   * client.
   *
   * @return completes as {@link #isShutdown} does
   */
  CompletionStage<Done> shutdown();

  /**
   * Stops, waits until the stream has come to its end, and shuts down without waiting for elements
   * that the stream has dropped. The client is closed at the latest when the source's drain
   * time-out is over; how long the stream's end takes after that is up to the stream.
   *
   * @param streamCompletion what the stream's sink materialized
   * @return completes as {@code streamCompletion} does, after the client is closed; not before the
   *     stream has ended, however long that takes
   */
  <T> CompletionStage<T> drainAndShutdown(CompletionStage<T> streamCompletion);

  /** Completes when the source has closed its client, whatever the reason. Never fails. */
  CompletionStage<Done> isShutdown();

  /** How the source does now. */
  Health health();

  /**
   * Joins the controls of a source and the completion of its sink, for {@code toMat}:
   *
   * <pre>{@code source.toMat(Committer.sink(settings), Control::draining)}</pre>
   */
  static <T> Draining<T> draining(Control control, CompletionStage<T> streamCompletion) {
    return new DrainingControl<>(control, streamCompletion);
  }

  /** A control that knows when the stream has come to its end. */
  interface Draining<T> extends Control {

    /** What the stream's sink materialized. */
    CompletionStage<T> streamCompletion();

    /** {@link Control#drainAndShutdown(CompletionStage)} with {@link #streamCompletion}. */
    CompletionStage<T> drainAndShutdown();
  }
}
