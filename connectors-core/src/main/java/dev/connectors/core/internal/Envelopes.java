package dev.connectors.core.internal;

import dev.connectors.core.Committable;
import dev.connectors.core.DeadLetter;
import java.time.Instant;
import java.util.Map;
import org.apache.pekko.japi.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes dead letters. */
public final class Envelopes<T> {
  private final String source;
  private final @Nullable Function<T, String> position;
  private final @Nullable Function<T, Map<String, String>> earlier;

  public Envelopes(String source) {
    this(Checks.notEmpty("source", source), null, null);
  }

  private Envelopes(
      String source,
      @Nullable Function<T, String> position,
      @Nullable Function<T, Map<String, String>> earlier) {
    this.source = source;
    this.position = position;
    this.earlier = earlier;
  }

  public Envelopes<T> withPosition(Function<T, String> value) {
    return new Envelopes<>(source, value, earlier);
  }

  public Envelopes<T> withEarlier(Function<T, Map<String, String>> value) {
    return new Envelopes<>(source, position, value);
  }

  /** What observers call it. */
  String source() {
    return source;
  }

  /**
   * A letter of the element. Malformed headers of an earlier one are as none: they must not fail a
   * stream that would read them again and again.
   *
   * @param number the element's, in the stream
   */
  DeadLetter<T> letter(T element, @Nullable Committable committable, long number, Throwable cause)
      throws Exception {
    Map<String, String> headers = earlier == null ? Map.of() : earlier.apply(element);
    @Nullable String firstSource = headers.get(DeadLetter.SOURCE);
    @Nullable String firstPosition = firstSource == null ? null : headers.get(DeadLetter.POSITION);
    return new DeadLetter<>(
        firstSource != null ? firstSource : source,
        firstPosition != null ? firstPosition : position(element, committable, number),
        cause.getClass().getName(),
        cause.getMessage() == null ? "" : cause.getMessage(),
        firstSource == null ? 1 : countedOn(headers.get(DeadLetter.ATTEMPTS)),
        Instant.now(),
        element);
  }

  /** An earlier letter whose attempts can't be read was the first. */
  private static int countedOn(@Nullable String attempts) {
    int before = 1;
    try {
      before = attempts == null ? 1 : Math.max(1, Integer.parseInt(attempts));
    } catch (NumberFormatException malformed) {
      // counted anew
    }
    return before == Integer.MAX_VALUE ? before : before + 1;
  }

  private String position(T element, @Nullable Committable committable, long number)
      throws Exception {
    if (position != null) {
      return position.apply(element);
    }
    return committable != null ? committable.toString() : Long.toString(number);
  }
}
