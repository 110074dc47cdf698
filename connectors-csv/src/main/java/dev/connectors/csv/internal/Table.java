package dev.connectors.csv.internal;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.jspecify.annotations.Nullable;

/** What all rows of one input share: the header, as Commons CSV understands it. */
public final class Table {
  private final CSVFormat format;
  private final @Nullable Map<String, Integer> header;
  private final List<String> names;
  private final Map<Class<?>, RowMapper<?>> mappers = new ConcurrentHashMap<>(1);

  /**
   * Of rows without a header, or with that of the format.
   *
   * @param format reads no header from the input
   */
  Table(CSVFormat format) {
    this.format = format.builder().setMaxRows(0).get(); // which would count in each batch
    try (CSVParser parser =
        CSVParser.builder().setReader(new StringReader("")).setFormat(format).get()) {
      header = parser.getHeaderMap();
      names = parser.getHeaderNames();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the rows, which have no header among them, are read with. */
  CSVFormat format() {
    return format;
  }

  /** The values as the format writes them. */
  public String text(@Nullable String[] values) {
    return format.builder().setHeader((String[]) null).get().format((Object[]) values);
  }

  /** The column of each name; null if there is no header. */
  public @Nullable Map<String, Integer> header() {
    return header;
  }

  public List<String> names() {
    return names;
  }

  /** What makes objects of {@code type} of the rows. */
  @SuppressWarnings("unchecked") // each is kept under its type
  public <T> RowMapper<T> mapper(Class<T> type) {
    RowMapper<?> known = mappers.get(type);
    if (known == null) {
      known = RowMapper.of(type, this);
      mappers.put(type, known);
    }
    return (RowMapper<T>) known;
  }
}
