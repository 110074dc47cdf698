package dev.connectors.csv;

import dev.connectors.csv.internal.Table;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row and where it stands in the input.
 *
 * <p>A row that is malformed, which is emitted with {@link MalformedPolicy#EMIT} only, has a {@link
 * #failure}; whatever asks for its values throws that.
 */
public final class CsvRow {
  private final Table table;
  private final @Nullable String[] values;
  private final long number;
  private final long line;
  private final long byteOffset;
  private final @Nullable CsvException failure;
  private final @Nullable String raw;

  /** For the connector. */
  CsvRow(
      Table table,
      @Nullable String[] values,
      long number,
      long line,
      long byteOffset,
      @Nullable CsvException failure,
      @Nullable String raw) {
    this.table = table;
    this.values = values;
    this.number = number;
    this.line = line;
    this.byteOffset = byteOffset;
    this.failure = failure;
    this.raw = raw;
  }

  /**
   * The value in a column, from 0 on; null only if the format has a null string.
   *
   * @throws ArrayIndexOutOfBoundsException if the row has fewer
   */
  public @Nullable String get(int column) {
    return checked()[column];
  }

  /**
   * The value under a name of the header.
   *
   * @throws IllegalArgumentException if the header has no such name, or the row no such column
   * @throws IllegalStateException if there is no header
   */
  public @Nullable String get(String name) {
    @Nullable String[] all = checked();
    Map<String, Integer> header = table.header();
    if (header == null) {
      throw new IllegalStateException(
          "the CSVFormat says nothing of a header: setHeader() takes the first row for it");
    }
    Integer column = header.get(name);
    if (column == null) {
      throw new IllegalArgumentException("there is no column '" + name + "' in " + table.names());
    }
    if (column >= all.length) {
      throw new IllegalArgumentException(
          "the row at line %d has %d values and so none for column '%s'"
              .formatted(line, all.length, name));
    }
    return all[column];
  }

  /** Whether the header has this name and the row a value for it. */
  public boolean has(String name) {
    Map<String, Integer> header = table.header();
    Integer column = header == null ? null : header.get(name);
    return column != null && column < checked().length;
  }

  /** How many values it has. */
  public int size() {
    return checked().length;
  }

  /** Its values; unmodifiable. */
  public List<@Nullable String> values() {
    return Collections.unmodifiableList(Arrays.asList(checked()));
  }

  /** Its values by the header's names, in the header's order; columns that it lacks are absent. */
  public Map<String, @Nullable String> toMap() {
    @Nullable String[] all = checked();
    Map<String, Integer> header = table.header();
    if (header == null) {
      throw new IllegalStateException("without a header there are no names");
    }
    Map<String, @Nullable String> map = new LinkedHashMap<>(2 * all.length);
    header.forEach(
        (name, column) -> {
          if (column < all.length) {
            map.put(name, all[column]);
          }
        });
    return map;
  }

  /**
   * A Java record or bean of its values.
   *
   * <p>A component of a record, or a property with a public setter of a bean with a public
   * constructor without parameters, is bound to the column of its name or of its {@link CsvColumn};
   * failing that to the one whose name differs in case, spaces, {@code _} and {@code -} only.
   * Without a header, the components of a record are bound to the columns in their order. Columns
   * without a component are ignored; a component without a column is an error, a property without
   * one keeps its value.
   *
   * <p>Values become {@code String}, primitives and their wrappers, {@code BigDecimal}, {@code
   * BigInteger}, {@code UUID}, {@code URI}, enums by name, and the types of {@code java.time} that
   * have a {@code parse}. {@code boolean} is {@code true} or {@code false}. An empty or absent
   * value is null, and an error for a primitive; for {@code String} an empty one is empty.
   *
   * @throws CsvConversionException if a value does not fit; it names line and column
   * @throws IllegalArgumentException if {@code type} can't be bound to this header
   */
  public <T> T as(Class<T> type) {
    checked();
    return table.mapper(type).map(this);
  }

  /** The number of the row, from 1 on; header, comments and ignored empty lines have none. */
  public long number() {
    return number;
  }

  /** The line in which it begins, from 1 on; a quoted line end counts, too. */
  public long line() {
    return line;
  }

  /** The byte of the input at which it begins, from 0 on; see {@link CsvException#byteOffset}. */
  public long byteOffset() {
    return byteOffset;
  }

  /** What is wrong with a malformed row; null for all others. */
  public @Nullable CsvException failure() {
    return failure;
  }

  /**
   * A malformed row as it stood in the input, up to the longest that is allowed; any other as the
   * format writes its values.
   */
  public String raw() {
    return raw != null ? raw : table.text(values);
  }

  private @Nullable String[] checked() {
    if (failure != null) {
      throw failure;
    }
    return values;
  }

  /** Where it stands, and nothing of its values. */
  @Override
  public String toString() {
    return "row %d at line %d, byte %d".formatted(number, line, byteOffset);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CsvRow row
        && number == row.number
        && line == row.line
        && byteOffset == row.byteOffset
        && Arrays.equals(values, row.values)
        && Objects.equals(raw, row.raw);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(number) * 31 + Arrays.hashCode(values);
  }
}
