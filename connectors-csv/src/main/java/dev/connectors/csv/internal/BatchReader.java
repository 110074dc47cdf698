package dev.connectors.csv.internal;

import dev.connectors.csv.CsvException;
import dev.connectors.csv.CsvParseSettings;
import dev.connectors.csv.MalformedPolicy;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Iterator;
import java.util.Objects;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Cuts input into batches that can be parsed beside each other, since each knows what Commons CSV
 * would have found before it: header, record number, position.
 */
final class BatchReader<R> {
  private final CsvParseSettings settings;
  private final RowType<R> type;
  private final Dialect dialect;
  private final boolean isSimple;
  private final Transcoder transcoder;
  private final RecordScanner scanner;
  private @Nullable Table table;
  private long number = 1;
  private long characters;

  BatchReader(CSVFormat format, CsvParseSettings settings, RowType<R> type) {
    this.settings = settings;
    this.type = type;
    Charset scanned = Dialect.scanned(format, settings.charset());
    dialect = Dialect.of(format, settings.charset());
    isSimple = dialect.isSimple() && !type.needsRecord();
    transcoder = new Transcoder(settings.charset(), scanned);
    scanner =
        new RecordScanner(dialect, transcoder, settings.maxRecordBytes(), settings.maxFields());
    if (!isHeaderInInput(format)) {
      table = new Table(format);
    }
  }

  private static boolean isHeaderInInput(CSVFormat format) {
    String[] header = format.getHeader();
    return header != null && (header.length == 0 || format.getSkipHeaderRecord());
  }

  /** More input; returns how many bytes that is in what is scanned. */
  long add(ByteString bytes) {
    return scanner.add(bytes);
  }

  /** There is no more. */
  void end() {
    scanner.end();
  }

  /** Where what is in no batch yet begins, in what is scanned. */
  long position() {
    return scanner.position();
  }

  /** Whether the last bytes that were added have to wait for more. */
  boolean isHoldingBack() {
    return transcoder.isHoldingBack();
  }

  /**
   * The next batch, or null if there is none without more input.
   *
   * @param isDue whether it may be smaller than the settings say
   * @throws CsvException if it is malformed, and that is to fail, or the header is
   */
  @Nullable Task next(boolean isDue) {
    while (true) {
      boolean needsHeader = table == null;
      Batch batch = scanner.next(settings.batchBytes(), needsHeader ? 1 : Integer.MAX_VALUE, isDue);
      if (batch == null) {
        return null;
      }
      if (needsHeader) {
        if (batch.failure != null) {
          throw batch.failure;
        }
        String text = text(batch);
        characters += text.length();
        if (batch.count > 0) {
          table = tableBelow(text);
        }
      } else {
        return task(batch);
      }
    }
  }

  private Task task(Batch batch) {
    boolean needsText = batch.failure == null && type.needsRecord();
    Task task = new Task(batch, number, characters, needsText ? text(batch) : null);
    number += batch.count;
    if (type.needsRecord()) {
      characters += task.text != null ? task.text.length() : text(batch).length();
    }
    return task;
  }

  private String text(Batch batch) {
    return new String(batch.bytes, dialect.charset);
  }

  /** Of a header in {@code text}, which Commons CSV reads as the record it is. */
  private Table tableBelow(String text) {
    CSVFormat format = dialect.format;
    CSVFormat plain = format.builder().setHeader((String[]) null).setSkipHeaderRecord(false).get();
    String[] names = Objects.requireNonNull(format.getHeader());
    if (names.length == 0) {
      try (CSVParser parser =
          CSVParser.builder().setReader(new StringReader(text)).setFormat(plain).get()) {
        Iterator<CSVRecord> header = parser.iterator();
        names = header.hasNext() ? header.next().values() : null;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new Table(names == null ? plain : plain.builder().setHeader(names).get());
  }

  /** A batch to be parsed, by any thread. */
  final class Task {
    final Batch batch;
    private final long number;
    private final long characters;
    private final @Nullable String text;
    private final Table table = Objects.requireNonNull(BatchReader.this.table);

    Task(Batch batch, long number, long characters, @Nullable String text) {
      this.batch = batch;
      this.number = number;
      this.characters = characters;
      this.text = text;
    }

    int bytes() {
      return batch.bytes.length;
    }

    /** What is wrong with it, unless it is emitted. */
    @Nullable CsvException failure() {
      return settings.onMalformed() == MalformedPolicy.EMIT ? null : batch.failure;
    }

    /** The rows. */
    Object[] rows() {
      if (batch.failure != null) {
        return new Object[] {
          type.malformed(
              table,
              number,
              batch.lines[0],
              batch.inputOffset,
              batch.failure,
              BatchReader.this.text(batch))
        };
      }
      Object[] rows = new Object[batch.count];
      if (isSimple) {
        split(rows);
      } else {
        parse(rows);
      }
      return rows;
    }

    private void split(Object[] rows) {
      FieldSplitter splitter = new FieldSplitter(dialect);
      byte[] bytes = batch.bytes;
      long offset = batch.inputOffset;
      int before = 0;
      for (int i = 0; i < rows.length; i++) {
        int start = batch.starts[i];
        offset += transcoder.inputLength(bytes, before, start);
        before = start;
        String[] values = splitter.split(bytes, start, batch.ends[i]);
        rows[i] = type.row(table, values, number + i, batch.lines[i], offset);
      }
    }

    private void parse(Object[] rows) {
      String content = text != null ? text : BatchReader.this.text(batch);
      try (CSVParser parser =
          CSVParser.builder()
              .setReader(new StringReader(content))
              .setFormat(table.format())
              .setRecordNumber(number)
              .setCharacterOffset(characters)
              .get()) {
        long offset = batch.inputOffset;
        int before = 0;
        Iterator<CSVRecord> records = parser.iterator();
        for (int i = 0; i < rows.length; i++) {
          if (!records.hasNext()) {
            throw new IllegalStateException(
                "Commons CSV reads nothing beyond a record without values, which comes of "
                    + "setTrailingDelimiter: at line "
                    + batch.lines[i]);
          }
          int start = batch.starts[i];
          offset += transcoder.inputLength(batch.bytes, before, start);
          before = start;
          rows[i] = type.row(table, records.next(), batch.lines[i], offset);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
