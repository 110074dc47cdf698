package dev.connectors.core.internal;

import dev.connectors.core.Committable;
import org.jspecify.annotations.Nullable;

/**
 * What {@link DivertStage} does with an element.
 *
 * @param <I> what comes in
 * @param <T> what a letter holds
 * @param <O> what goes out
 */
public interface DivertWork<I, T, O> {

  /** The outcome of an element that is to be diverted. */
  record Failed(Throwable cause) {}

  /** What to emit, or a {@link Failed}. */
  Object outcome(I element) throws Exception;

  /** The payload of the element's letter. */
  T original(I element);

  /** What is settled once the letter is confirmed, if anything. */
  @Nullable Committable committable(I element);
}
