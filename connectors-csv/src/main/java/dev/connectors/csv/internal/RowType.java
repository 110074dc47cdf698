package dev.connectors.csv.internal;

import dev.connectors.csv.CsvException;
import org.apache.commons.csv.CSVRecord;

/**
 * What rows are emitted as.
 *
 * @param <R> that
 */
public interface RowType<R> {
  /** Whether it takes a record of Commons CSV to make one, with all its positions. */
  boolean needsRecord();

  R row(Table table, String[] values, long number, long line, long byteOffset);

  R row(Table table, CSVRecord record, long line, long byteOffset);

  R malformed(
      Table table, long number, long line, long byteOffset, CsvException failure, String raw);
}
