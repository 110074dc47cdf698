package dev.connectors.csv;

/** What becomes of a row that is not CSV in the dialect, or exceeds a limit. */
public enum MalformedPolicy {
  /** The stream fails with a {@link CsvException}, after the rows before it were emitted. */
  FAIL,
  /** It is left out; the observer is told. */
  SKIP,
  /**
   * It is emitted with its {@link CsvRow#failure}, which is thrown by whatever asks for its values.
   * {@code DeadLetters} divert it then.
   */
  EMIT
}
