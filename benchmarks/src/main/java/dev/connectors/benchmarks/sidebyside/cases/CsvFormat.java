package dev.connectors.benchmarks.sidebyside.cases;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import dev.connectors.csv.CsvFlow;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.QuoteMode;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.connectors.csv.javadsl.CsvFormatting;
import org.apache.pekko.stream.connectors.csv.javadsl.CsvQuotingStyle;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Writes 1,000 different rows again and again, and counts the bytes. */
final class CsvFormat {
  private static final int DIFFERENT = 1_000;
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setQuoteMode(QuoteMode.MINIMAL).get();

  private CsvFormat() {}

  static Workload.Setup format(boolean quoted) {
    return (servers, records) -> {
      List<List<String>> rows = new ArrayList<>();
      for (int i = 0; i < DIFFERENT; i++) {
        rows.add(CsvData.row(quoted, i));
      }
      return new Contenders()
          .raw(meter -> raw(rows, meter))
          .ours(meter -> streamed(servers, rows, meter, CsvFlow.<List<String>>format(FORMAT)))
          .rival(
              meter ->
                  streamed(
                      servers,
                      rows,
                      meter,
                      Flow.<List<String>>create()
                          .map(row -> (Collection<String>) row)
                          .via(
                              CsvFormatting.format(
                                  ',',
                                  '"',
                                  '\\',
                                  "\r\n",
                                  CsvQuotingStyle.REQUIRED,
                                  UTF_8,
                                  java.util.Optional.empty()))));
    };
  }

  private static void raw(List<List<String>> rows, Meter meter) throws IOException {
    AtomicLong bytes = new AtomicLong();
    meter.begin();
    try (OutputStreamWriter writer =
            new OutputStreamWriter(
                new OutputStream() {
                  @Override
                  public void write(int one) {
                    bytes.incrementAndGet();
                  }

                  @Override
                  public void write(byte[] some, int from, int length) {
                    bytes.addAndGet(length);
                  }
                },
                UTF_8);
        CSVPrinter printer = new CSVPrinter(new java.io.BufferedWriter(writer, 1 << 14), FORMAT)) {
      for (long i = 0; i < meter.records(); i++) {
        printer.printRecord(rows.get((int) (i % DIFFERENT)));
        if (i % 100_000 == 0) {
          meter.progress(i);
          meter.checkTime();
        }
      }
    }
    meter.end();
    verify(rows, meter, bytes.get());
  }

  private static void streamed(
      Servers servers,
      List<List<String>> rows,
      Meter meter,
      Flow<List<String>, ByteString, NotUsed> flow)
      throws Exception {
    AtomicLong bytes = new AtomicLong();
    meter.begin();
    meter.await(
        Source.fromIterator(
                () ->
                    LongStream.range(0, meter.records())
                        .mapToObj(i -> rows.get((int) (i % DIFFERENT)))
                        .iterator())
            .via(flow)
            .runForeach(piece -> bytes.addAndGet(piece.size()), servers.system()));
    meter.end();
    verify(rows, meter, bytes.get());
  }

  /** What all have to write: quotes where they must be, and CRLF. */
  private static void verify(List<List<String>> rows, Meter meter, long bytes) {
    long expected = 0;
    long rounds = meter.records() / DIFFERENT;
    long rest = meter.records() % DIFFERENT;
    for (int i = 0; i < rows.size(); i++) {
      long length = FORMAT.format(rows.get(i).toArray()).length() + 2L;
      expected += length * (rounds + (i < rest ? 1 : 0));
    }
    WrongResult.check("bytes", bytes, expected);
  }
}
