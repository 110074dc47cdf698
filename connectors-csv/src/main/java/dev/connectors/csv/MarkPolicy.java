package dev.connectors.csv;

/** Whether output begins with the byte order mark of its Unicode charset. */
public enum MarkPolicy {
  /** It doesn't, unless the charset itself asks for one, as UTF-16 without LE or BE does. */
  NONE,
  /** It does; Excel tells UTF-8 by it. */
  WRITE
}
