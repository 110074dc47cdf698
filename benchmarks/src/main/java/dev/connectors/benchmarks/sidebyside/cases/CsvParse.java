package dev.connectors.benchmarks.sidebyside.cases;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.csv.CsvFlow;
import dev.connectors.csv.CsvParseSettings;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.SequenceInputStream;
import java.util.Collection;
import java.util.Collections;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.pekko.stream.connectors.csv.javadsl.CsvParsing;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Parses rows out of pieces of 8 KiB that are in memory, and looks at every value as a string; the
 * clock stops with the last.
 */
final class CsvParse {
  private CsvParse() {}

  /**
   * To strings, which is all that the rival has.
   *
   * @param parallelism how many batches are parsed at a time
   */
  static Workload.Setup rows(boolean quoted, int parallelism) {
    return (servers, records) -> {
      CsvData data = CsvData.of(servers, quoted, records);
      return new Contenders()
          .raw(meter -> raw(data, meter))
          .ours(
              meter -> {
                CsvCheck check = new CsvCheck(meter);
                meter.begin();
                meter.await(
                    Source.from(data.pieces())
                        .via(CsvFlow.rows(CSVFormat.RFC4180, settings(servers, parallelism)))
                        .runForeach(
                            row -> {
                              for (int i = 0; i < row.size(); i++) {
                                check.value(row.get(i));
                              }
                              check.row();
                            },
                            servers.system()));
                meter.end();
                check.verify(data);
              })
          .rival(meter -> rival(servers, data, meter));
    };
  }

  /** To Commons CSV's own records. */
  static Workload.Setup records(boolean quoted, int parallelism) {
    return (servers, records) -> {
      CsvData data = CsvData.of(servers, quoted, records);
      return new Contenders()
          .raw(meter -> raw(data, meter))
          .ours(
              meter -> {
                CsvCheck check = new CsvCheck(meter);
                meter.begin();
                meter.await(
                    Source.from(data.pieces())
                        .via(CsvFlow.parse(CSVFormat.RFC4180, settings(servers, parallelism)))
                        .runForeach(record -> check(record, check), servers.system()));
                meter.end();
                check.verify(data);
              });
    };
  }

  private static CsvParseSettings settings(Servers servers, int parallelism) {
    return CsvParseSettings.create(servers.system()).withParallelism(parallelism);
  }

  private static void check(CSVRecord record, CsvCheck check) {
    for (int i = 0; i < record.size(); i++) {
      check.value(record.get(i));
    }
    check.row();
  }

  private static void raw(CsvData data, Meter meter) throws Exception {
    CsvCheck check = new CsvCheck(meter);
    meter.begin();
    InputStream bytes =
        new SequenceInputStream(
            Collections.enumeration(
                data.pieces().stream().map(ByteString::asInputStream).toList()));
    try (CSVParser parser =
        CSVParser.builder()
            .setReader(new InputStreamReader(bytes, UTF_8))
            .setFormat(CSVFormat.RFC4180)
            .get()) {
      for (CSVRecord record : parser) {
        check(record, check);
        if (record.getRecordNumber() % 100_000 == 0) {
          meter.checkTime();
        }
      }
    }
    meter.end();
    check.verify(data);
  }

  private static void rival(Servers servers, CsvData data, Meter meter) throws Exception {
    CsvCheck check = new CsvCheck(meter);
    meter.begin();
    meter.await(
        Source.from(data.pieces())
            .via(CsvParsing.lineScanner((byte) ',', (byte) '"', (byte) 0))
            .runForeach((Collection<ByteString> row) -> check(row, check), servers.system()));
    meter.end();
    check.verify(data);
  }

  private static void check(Collection<ByteString> row, CsvCheck check) {
    for (ByteString value : row) {
      check.value(value.utf8String());
    }
    check.row();
  }
}
