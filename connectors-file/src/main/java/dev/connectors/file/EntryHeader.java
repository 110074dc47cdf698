package dev.connectors.file;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What an archive says of an entry. What is read from an archive is what its author claims.
 *
 * @param name with {@code /} between its parts; without one at the end, for directories too
 * @param size of the content in bytes, if it is known. Content of another size fails the stream,
 *     read or written
 * @param modified to the precision that the format has; if empty, what is written bears the
 *     format's earliest time, so that the same entries give the same bytes
 * @param mode the permissions as in POSIX, without the type: {@code 0644}
 * @param linkTarget where a link leads
 */
public record EntryHeader(
    String name,
    EntryType type,
    OptionalLong size,
    Optional<Instant> modified,
    OptionalInt mode,
    Optional<String> linkTarget) {

  public EntryHeader {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    if (size.isPresent() && size.getAsLong() < 0) {
      throw new IllegalArgumentException("size is " + size.getAsLong() + ", allowed is at least 0");
    }
    if (mode.isPresent() && (mode.getAsInt() & ~07777) != 0) {
      throw new IllegalArgumentException(
          "mode is 0%o, allowed is from 0 to 07777".formatted(mode.getAsInt()));
    }
  }

  /** A file whose size is not known. */
  public static EntryHeader file(String name) {
    return new EntryHeader(
        name,
        EntryType.FILE,
        OptionalLong.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty());
  }

  /** A directory, which has no content. */
  public static EntryHeader directory(String name) {
    return file(name).withType(EntryType.DIRECTORY).withSize(0);
  }

  public EntryHeader withType(EntryType value) {
    return new EntryHeader(name, value, size, modified, mode, linkTarget);
  }

  /** In bytes, at least 0. */
  public EntryHeader withSize(long value) {
    return new EntryHeader(name, type, OptionalLong.of(value), modified, mode, linkTarget);
  }

  public EntryHeader withModified(Instant value) {
    return new EntryHeader(name, type, size, Optional.of(value), mode, linkTarget);
  }

  /** From 0 to 07777. */
  public EntryHeader withMode(int value) {
    return new EntryHeader(name, type, size, modified, OptionalInt.of(value), linkTarget);
  }

  public EntryHeader withLinkTarget(String value) {
    return new EntryHeader(name, type, size, modified, mode, Optional.of(value));
  }
}
