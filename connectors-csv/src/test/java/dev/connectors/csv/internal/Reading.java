package dev.connectors.csv.internal;

import com.typesafe.config.ConfigFactory;
import dev.connectors.csv.CsvException;
import dev.connectors.csv.CsvParseSettings;
import dev.connectors.csv.MalformedPolicy;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What reading some input gave: rows, and how it ended. Rows are texts with all that is to be
 * equal.
 */
record Reading(List<String> rows, @Nullable String failure) {
  static final String STOPPED = "Commons CSV stopped";

  static CsvParseSettings settings() {
    return CsvParseSettings.create(ConfigFactory.load().getConfig("connectors.csv.parse"));
  }

  /** By Commons CSV, of the whole text. */
  static Reading reference(String text, CSVFormat format, boolean positions) {
    List<String> rows = new ArrayList<>();
    try (CSVParser parser =
        CSVParser.builder().setReader(new StringReader(text)).setFormat(format).get()) {
      for (CSVRecord record : parser) {
        rows.add(row(record, positions));
      }
      return new Reading(rows, null);
    } catch (UncheckedIOException | IOException e) {
      return new Reading(rows, "malformed");
    } catch (IllegalArgumentException e) {
      return new Reading(rows, "header");
    }
  }

  static String row(CSVRecord record, boolean positions) {
    return positions
        ? "%d@%d %s #%s %s"
            .formatted(
                record.getRecordNumber(),
                record.getCharacterPosition(),
                Arrays.toString(record.values()),
                record.getComment(),
                record.toMap())
        : "%d %s %s"
            .formatted(record.getRecordNumber(), Arrays.toString(record.values()), record.toMap());
  }

  /** By batches, of pieces. */
  static Reading ours(
      Iterable<byte[]> pieces, CSVFormat format, CsvParseSettings settings, boolean positions) {
    List<String> rows = new ArrayList<>();
    try {
      BatchReader<String> reader = new BatchReader<>(format, settings, new Texts(positions));
      for (byte[] piece : pieces) {
        reader.add(ByteString.fromArray(piece));
        read(reader, false, settings, rows);
      }
      reader.end();
      read(reader, true, settings, rows);
      return new Reading(rows, null);
    } catch (CsvException e) {
      return new Reading(rows, "malformed");
    } catch (IllegalArgumentException e) {
      return new Reading(rows, "header");
    } catch (IllegalStateException e) {
      return new Reading(rows, STOPPED);
    }
  }

  private static void read(
      BatchReader<String> reader, boolean isDue, CsvParseSettings settings, List<String> rows) {
    BatchReader<String>.Task task = reader.next(isDue);
    while (task != null) {
      CsvException failure = task.failure();
      if (failure == null) {
        for (Object row : task.rows()) {
          rows.add((String) row);
        }
      } else if (settings.onMalformed() == MalformedPolicy.FAIL) {
        throw failure;
      }
      task = reader.next(isDue);
    }
  }

  /** Rows as texts, of records with their positions or of values. */
  record Texts(boolean needsRecord) implements RowType<String> {
    @Override
    public String row(Table table, String[] values, long number, long line, long offset) {
      List<String> map = new ArrayList<>();
      if (table.header() != null) {
        table
            .header()
            .forEach(
                (name, column) -> {
                  if (column < values.length) {
                    map.add(name + "=" + values[column]);
                  }
                });
      }
      return "%d %s {%s}".formatted(number, Arrays.toString(values), String.join(", ", map));
    }

    @Override
    public String row(Table table, CSVRecord record, long line, long offset) {
      return Reading.row(record, needsRecord);
    }

    @Override
    public String malformed(
        Table table, long number, long line, long offset, CsvException failure, String raw) {
      return "%d malformed %s [%s]".formatted(number, failure.getMessage(), raw);
    }
  }
}
