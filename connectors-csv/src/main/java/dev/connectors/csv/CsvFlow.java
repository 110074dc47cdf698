package dev.connectors.csv;

import dev.connectors.core.Committable;
import dev.connectors.core.RollingFormat;
import dev.connectors.csv.internal.FormatStage;
import dev.connectors.csv.internal.ObjectReader;
import dev.connectors.csv.internal.ParseStage;
import dev.connectors.csv.internal.RowPrinter;
import dev.connectors.csv.internal.RowType;
import dev.connectors.csv.internal.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.FlowWithContext;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Flows from bytes to the rows of a CSV file, and back.
 *
 * <p>The dialect is a {@code CSVFormat} of Commons CSV, and each of its settings means what it
 * means there: the rows are those that a {@code CSVParser} finds in the whole input. {@link #parse}
 * emits that parser's own records, {@link #rows} rows that know their place, at a lower price.
 *
 * <ul>
 *   <li><b>Input</b> comes in pieces of any size; where they are cut makes no difference.
 *   <li><b>Emits</b> rows in input order. Header, comments and ignored empty lines are none.
 *   <li><b>Completes</b> when upstream has completed and all rows are emitted.
 *   <li><b>Fails</b> when upstream does, with {@link CsvException} at a malformed row ({@link
 *       MalformedPolicy#FAIL}), after the rows before it, and with Commons CSV's own exception when
 *       it refuses the header.
 *   <li><b>Bounds:</b> a row is malformed when it is longer or has more fields than the settings
 *       allow, and so is a quote that is never closed. Held are at most the longest row, one piece
 *       of input, and twice as many batches as are parsed at a time.
 *   <li><b>Threads:</b> whole batches of rows are parsed by the stream's dispatcher, several at a
 *       time. None waits for input.
 * </ul>
 *
 * @see <a href="https://commons.apache.org/proper/commons-csv/">Commons CSV</a>
 */
public final class CsvFlow {
  private CsvFlow() {}

  /** Emits records of Commons CSV, with the settings of the stream's system. */
  public static Flow<ByteString, CSVRecord, NotUsed> parse(CSVFormat format) {
    return plain(format, null, RECORDS);
  }

  /**
   * Emits records of Commons CSV: each has its number and character position in the whole input.
   * Its {@code getParser()} knows the batch alone.
   *
   * @throws IllegalArgumentException if malformed rows are to be emitted, which have no record
   */
  public static Flow<ByteString, CSVRecord, NotUsed> parse(
      CSVFormat format, CsvParseSettings settings) {
    return plain(format, forRecords(settings), RECORDS);
  }

  /**
   * {@link #parse(CSVFormat, CsvParseSettings)}, where a piece of the input is settled once all
   * records that have a byte in it are.
   */
  public static FlowWithContext<ByteString, Committable, CSVRecord, Committable, NotUsed>
      parseWithContext(CSVFormat format, CsvParseSettings settings) {
    return withContext(format, forRecords(settings), RECORDS);
  }

  /** Emits rows, with the settings of the stream's system. */
  public static Flow<ByteString, CsvRow, NotUsed> rows(CSVFormat format) {
    return plain(format, null, ROWS);
  }

  /** Emits rows, which know the line and byte where they begin and can become Java objects. */
  public static Flow<ByteString, CsvRow, NotUsed> rows(
      CSVFormat format, CsvParseSettings settings) {
    return plain(format, Objects.requireNonNull(settings, "settings"), ROWS);
  }

  /**
   * {@link #rows(CSVFormat, CsvParseSettings)}, where a piece of the input is settled once all rows
   * that have a byte in it are.
   */
  public static FlowWithContext<ByteString, Committable, CsvRow, Committable, NotUsed>
      rowsWithContext(CSVFormat format, CsvParseSettings settings) {
    return withContext(format, Objects.requireNonNull(settings, "settings"), ROWS);
  }

  private static CsvParseSettings forRecords(CsvParseSettings settings) {
    if (settings.onMalformed() == MalformedPolicy.EMIT) {
      throw new IllegalArgumentException(
          "a malformed row can't be emitted as a CSVRecord: use rows or rowsWithContext");
    }
    return settings;
  }

  private static <R> Flow<ByteString, R, NotUsed> plain(
      CSVFormat format, @Nullable CsvParseSettings settings, RowType<R> type) {
    Flow<ByteString, R, NotUsed> flow =
        Flow.fromGraph(
            new ParseStage<ByteString, R, R>(
                format, settings, type, bytes -> bytes, null, (row, none) -> row));
    return format.getMaxRows() > 0 ? flow.take(format.getMaxRows()) : flow;
  }

  private static <R> FlowWithContext<ByteString, Committable, R, Committable, NotUsed> withContext(
      CSVFormat format, CsvParseSettings settings, RowType<R> type) {
    Flow<Pair<ByteString, Committable>, Pair<R, Committable>, NotUsed> flow =
        Flow.fromGraph(
            new ParseStage<Pair<ByteString, Committable>, R, Pair<R, Committable>>(
                format,
                settings,
                type,
                Pair::first,
                Pair::second,
                (row, committable) ->
                    Pair.create(row, Objects.requireNonNull(committable, "committable"))));
    return FlowWithContext.fromPairs(
        format.getMaxRows() > 0 ? flow.take(format.getMaxRows()) : flow);
  }

  /** Writes rows, with the settings of the stream's system. */
  public static <R extends Iterable<?>> Flow<R, ByteString, NotUsed> format(CSVFormat format) {
    return Flow.fromGraph(new FormatStage<R>(format, null, row -> row));
  }

  /**
   * Writes rows: lists, {@code CSVRecord}s or anything else that can be iterated over, just as a
   * {@code CSVPrinter} does, the format's header first.
   *
   * <p>Emits pieces of about 16 KiB, and smaller ones when upstream has nothing at hand; a row is
   * never cut. Fails, before the row is written, with what {@link FormulaPolicy#REJECT} says.
   */
  public static <R extends Iterable<?>> Flow<R, ByteString, NotUsed> format(
      CSVFormat format, CsvFormatSettings settings) {
    return Flow.fromGraph(
        new FormatStage<R>(format, Objects.requireNonNull(settings, "settings"), row -> row));
  }

  /**
   * {@link #format(CSVFormat, CsvFormatSettings)} of maps, whose values are written in the order of
   * the format's header. A name that a map lacks is a null, names that the header lacks are left
   * out.
   *
   * @throws IllegalArgumentException if the format has no header
   */
  public static <M extends Map<String, ?>> Flow<M, ByteString, NotUsed> formatMaps(
      CSVFormat format, CsvFormatSettings settings) {
    String[] names = format.getHeader();
    if (names == null || names.length == 0) {
      throw new IllegalArgumentException("the format must have a header, which orders the values");
    }
    List<String> header = List.of(names);
    return Flow.fromGraph(
        new FormatStage<M>(
            format,
            Objects.requireNonNull(settings, "settings"),
            map -> {
              List<@Nullable Object> values = new ArrayList<>(header.size());
              for (String name : header) {
                values.add(map.get(name));
              }
              return values;
            }));
  }

  /**
   * {@link #format(CSVFormat, CsvFormatSettings)} of Java records, whose components are written in
   * their order. Their names, or what their {@link CsvColumn} says, are the header, unless the
   * format has one.
   */
  public static <T extends Record> Flow<T, ByteString, NotUsed> formatRecords(
      CSVFormat format, Class<T> type, CsvFormatSettings settings) {
    ObjectReader<T> reader = new ObjectReader<>(type);
    CSVFormat withHeader =
        format.getHeader() != null
            ? format
            : format.builder().setHeader(reader.names().toArray(String[]::new)).get();
    return Flow.fromGraph(
        new FormatStage<T>(
            withHeader, Objects.requireNonNull(settings, "settings"), reader::values));
  }

  /**
   * Writes rows as {@link #format(CSVFormat, CsvFormatSettings)} does, into files or objects that
   * roll: each begins with the byte order mark and the header, if there are to be any.
   *
   * @throws IllegalArgumentException if the charset is Java's {@code UTF-16} or another that marks
   *     each text by itself: name the byte order
   */
  public static <R extends Iterable<?>> RollingFormat<R> rollingFormat(
      CSVFormat format, CsvFormatSettings settings) {
    return RowPrinter.rolling(format, settings);
  }

  private static final RowType<CSVRecord> RECORDS =
      new RowType<>() {
        @Override
        public boolean needsRecord() {
          return true;
        }

        @Override
        public CSVRecord row(Table table, String[] values, long number, long line, long offset) {
          throw new UnsupportedOperationException("only Commons CSV makes a record");
        }

        @Override
        public CSVRecord row(Table table, CSVRecord record, long line, long offset) {
          return record;
        }

        @Override
        public CSVRecord malformed(
            Table table, long number, long line, long offset, CsvException failure, String raw) {
          throw failure;
        }
      };

  private static final RowType<CsvRow> ROWS =
      new RowType<>() {
        @Override
        public boolean needsRecord() {
          return false;
        }

        @Override
        public CsvRow row(Table table, String[] values, long number, long line, long offset) {
          return new CsvRow(table, values, number, line, offset, null, null);
        }

        @Override
        public CsvRow row(Table table, CSVRecord record, long line, long offset) {
          return new CsvRow(
              table, record.values(), record.getRecordNumber(), line, offset, null, null);
        }

        @Override
        public CsvRow malformed(
            Table table, long number, long line, long offset, CsvException failure, String raw) {
          return new CsvRow(table, new String[0], number, line, offset, failure, raw);
        }
      };
}
