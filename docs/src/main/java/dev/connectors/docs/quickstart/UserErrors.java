package dev.connectors.docs.quickstart;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Failures as one line. */
final class UserErrors {
  private static final int MAX = 300;

  private UserErrors() {}

  /** What failed, without the wrapping. */
  static Throwable unwrapped(Throwable failure) {
    Throwable inner = failure;
    while ((inner instanceof CompletionException || inner instanceof ExecutionException)
        && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }

  static String firstLine(Throwable failure) {
    Throwable inner = unwrapped(failure);
    if (inner instanceof UserError) {
      return line(String.valueOf(inner.getMessage()));
    }
    if (inner instanceof NullPointerException) {
      return "a record of the topic has no value; only JSON objects can be indexed";
    }
    String message = inner.getMessage();
    String type = inner.getClass().getSimpleName();
    return line(message == null || message.isBlank() ? type : type + ": " + message);
  }

  static String line(String text) {
    String line = text.lines().findFirst().orElse("").strip();
    return line.length() <= MAX ? line : line.substring(0, MAX) + "…";
  }
}
