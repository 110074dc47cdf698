package dev.connectors.csv;

/**
 * What becomes of a text that a spreadsheet would take for a formula, since it begins with {@code =
 * + - @}, a tab or a carriage return. Values that are no {@code CharSequence}, such as a negative
 * number, are none.
 *
 * @see <a href="https://owasp.org/www-community/attacks/CSV_Injection">OWASP: CSV injection</a>
 */
public enum FormulaPolicy {
  /** It is written as it is. */
  KEEP,
  /** A {@code '} is put before it, which spreadsheets hide and other readers see. */
  QUOTE,
  /** The stream fails with an {@code IllegalArgumentException} that names row and column. */
  REJECT
}
