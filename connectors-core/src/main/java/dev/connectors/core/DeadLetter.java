package dev.connectors.core;

import dev.connectors.core.internal.Checks;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An element that could not be processed, and why: the envelope that all modules share.
 *
 * <p>{@link #headers} has all but the payload, under names that are allowed as Kafka headers, JMS
 * properties, Pub/Sub attributes and S3 metadata alike. {@link #of} makes the letter anew of them.
 *
 * @param source the pipeline that wrote it, as {@link DeadLetters#create} was told
 * @param position where the element stands at its source, for example {@code orders-3@42}
 * @param cause the class of the exception
 * @param message the exception's message, of at most {@value #MAX_MESSAGE} characters; it may quote
 *     the payload
 * @param attempts how often the element went into a dead letter, this time included
 * @param time when, for the last time
 * @param payload the element
 */
public record DeadLetter<T>(
    String source,
    String position,
    String cause,
    String message,
    int attempts,
    Instant time,
    T payload) {
  /** The header with {@link #source}. */
  public static final String SOURCE = "dead_letter_source";

  /** The header with {@link #position}. */
  public static final String POSITION = "dead_letter_position";

  /** The header with {@link #cause}. */
  public static final String CAUSE = "dead_letter_cause";

  /** The header with {@link #message}. */
  public static final String MESSAGE = "dead_letter_message";

  /** The header with {@link #attempts}, a decimal number. */
  public static final String ATTEMPTS = "dead_letter_attempts";

  /** The header with {@link #time}, in ISO 8601. */
  public static final String TIME = "dead_letter_time";

  /** The longest {@link #message}; the rest of a longer one is cut off. */
  public static final int MAX_MESSAGE = 1000;

  public DeadLetter {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(cause, "cause");
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(payload, "payload");
    Checks.positive("attempts", attempts);
    message = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
  }

  /**
   * The letter that has these headers.
   *
   * @param headers others than the six are ignored
   * @throws IllegalArgumentException if one is missing or malformed; the message names it
   */
  public static <T> DeadLetter<T> of(Map<String, String> headers, T payload) {
    String attempts = required(headers, ATTEMPTS);
    String time = required(headers, TIME);
    try {
      return new DeadLetter<>(
          required(headers, SOURCE),
          required(headers, POSITION),
          required(headers, CAUSE),
          required(headers, MESSAGE),
          Integer.parseInt(attempts),
          Instant.parse(time),
          payload);
    } catch (NumberFormatException e) {
      throw Checks.refused(ATTEMPTS, "'" + attempts + "'", "a whole number");
    } catch (DateTimeException e) {
      throw Checks.refused(TIME, "'" + time + "'", "a time such as 2026-11-01T12:00:00Z");
    }
  }

  private static String required(Map<String, String> headers, String name) {
    @Nullable String value = headers.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the header " + name + " of the dead letter is missing");
    }
    return value;
  }

  /**
   * All but the payload, by the names of the constants. Control characters, which not every
   * protocol takes in a header, are spaces.
   */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(SOURCE, printable(source));
    headers.put(POSITION, printable(position));
    headers.put(CAUSE, cause);
    headers.put(MESSAGE, printable(message));
    headers.put(ATTEMPTS, Integer.toString(attempts));
    headers.put(TIME, time.toString());
    return headers;
  }

  private static String printable(String text) {
    StringBuilder printable = new StringBuilder(text);
    for (int i = 0; i < printable.length(); i++) {
      if (Character.isISOControl(printable.charAt(i))) {
        printable.setCharAt(i, ' ');
      }
    }
    return printable.toString();
  }

  /** Without message and payload, which a log must not show. */
  @Override
  public String toString() {
    return "DeadLetter(source=%s, position=%s, cause=%s, attempts=%d, time=%s)"
        .formatted(source, position, cause, attempts, time);
  }
}
