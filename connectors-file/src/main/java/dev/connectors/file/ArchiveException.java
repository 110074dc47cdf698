package dev.connectors.file;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * An archive or compressed stream is refused, or can't be read or written. {@link #reason()} says
 * why, the other fields say what about.
 */
public final class ArchiveException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_SHOWN = 200;

  /** Why. */
  public enum Reason {
    /** The name leads out of the directory that the archive would be extracted to, or may. */
    UNSAFE_NAME,
    /** A name is longer than {@code max-name}, or a tar header than it may be. */
    NAME_TOO_LONG,
    /** A link, a device or a pipe. */
    LINK,
    /** Another entry has the name. */
    DUPLICATE_NAME,
    /** There are more entries than {@code max-entries}. */
    TOO_MANY_ENTRIES,
    /** The content of an entry is larger than {@code max-entry-size}. */
    ENTRY_TOO_LARGE,
    /** All content is larger than {@code max-size}. */
    TOO_LARGE,
    /** The content is more than {@code max-ratio} times as large as what it is compressed to. */
    RATIO,
    /** The content has not the size that the header tells. */
    SIZE_MISMATCH,
    /** The size of an entry to be written has to be known, and is not. */
    SIZE_UNKNOWN,
    /** To decompress it takes more memory than {@code memory-limit}. */
    MEMORY,
    /** It ends before its end. */
    TRUNCATED,
    /** It is not what it should be; the cause, if any, is what the library says. */
    CORRUPT,
    /** It is encrypted, or uses what can't be read here. */
    UNSUPPORTED,
    /** The content is read after the next entry was asked for, or a second time. */
    PASSED
  }

  private final Reason reason;
  private final @Nullable String entry;
  private final @Nullable Long limit;
  private final @Nullable Long value;

  /** A limit is exceeded, or two sizes differ. */
  public ArchiveException(
      Reason reason, @Nullable String entry, String message, long limit, long value) {
    super(withEntry(entry, message));
    this.reason = reason;
    this.entry = entry;
    this.limit = limit;
    this.value = value;
  }

  public ArchiveException(
      Reason reason, @Nullable String entry, String message, @Nullable Throwable cause) {
    super(withEntry(entry, message), cause);
    this.reason = reason;
    this.entry = entry;
    this.limit = null;
    this.value = null;
  }

  private static String withEntry(@Nullable String entry, String message) {
    if (entry == null) {
      return message;
    }
    String shown = entry.length() > LONGEST_SHOWN ? entry.substring(0, LONGEST_SHOWN) + "…" : entry;
    // A name is an attacker's text: it must not forge lines of a log.
    return "entry '" + shown.replaceAll("\\p{Cntrl}", "?") + "': " + message;
  }

  public Reason reason() {
    return reason;
  }

  /** The name of the entry, as the archive has it. */
  public Optional<String> entry() {
    return Optional.ofNullable(entry);
  }

  /** What was allowed, in the unit of the setting; for sizes that differ, the one of the header. */
  public OptionalLong limit() {
    return limit == null ? OptionalLong.empty() : OptionalLong.of(limit);
  }

  /** What was there, as far as it was read. */
  public OptionalLong value() {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
