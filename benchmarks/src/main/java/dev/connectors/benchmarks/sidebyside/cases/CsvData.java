package dev.connectors.benchmarks.sidebyside.cases;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.connectors.benchmarks.sidebyside.Servers;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.util.ByteString;

/**
 * Rows of eight values, the same for all contenders: plain ones of 4 to 17 characters, or quoted
 * ones with a delimiter and a doubled quote in some.
 *
 * @param pieces of 8 KiB, as they come from a file
 * @param sum of all values, as {@link CsvCheck} makes it
 */
record CsvData(long records, List<ByteString> pieces, long sum) {
  static final int PIECE = 8192;
  private static final int COLUMNS = 8;

  /** The last that was made: one is enough for the workloads that follow each other. */
  private static final class Last implements Servers.Kept {
    final Map<String, CsvData> data = new HashMap<>();

    @Override
    public void close() {
      data.clear();
    }
  }

  static CsvData of(Servers servers, boolean quoted, long records) {
    Map<String, CsvData> last = servers.once(Last.class, Last::new).data;
    String key = quoted + " " + records;
    CsvData known = last.get(key);
    if (known == null) {
      last.clear();
      known = make(quoted, records);
      last.put(key, known);
    }
    return known;
  }

  private static CsvData make(boolean quoted, long records) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long sum = 0;
    for (long i = 0; i < records; i++) {
      StringBuilder row = new StringBuilder();
      for (String value : row(quoted, i)) {
        sum += CsvCheck.sum(value);
        row.append(row.isEmpty() ? "" : ",");
        row.append(quoted ? '"' + value.replace("\"", "\"\"") + '"' : value);
      }
      bytes.writeBytes(row.append("\r\n").toString().getBytes(UTF_8));
    }
    byte[] all = bytes.toByteArray();
    List<ByteString> pieces = new ArrayList<>();
    for (int from = 0; from < all.length; from += PIECE) {
      pieces.add(
          ByteString.fromArrayUnsafe(
              Arrays.copyOfRange(all, from, Math.min(all.length, from + PIECE))));
    }
    return new CsvData(records, pieces, sum);
  }

  /** The values of a row. */
  static List<String> row(boolean quoted, long number) {
    List<String> row = new ArrayList<>(COLUMNS);
    row.add(Long.toString(10_000_000 + number));
    row.add("customer-" + number % 10_000);
    row.add(
        quoted ? "Main Street " + number % 100 + ", Springfield" : "Main Street " + number % 100);
    row.add("2026-11-" + (10 + number % 20));
    row.add(Long.toString(1_000 + number % 9_000) + ".50");
    row.add(quoted && number % 4 == 0 ? "the \"blue\" one" : "the blue one");
    row.add("EUR " + number % 7);
    row.add(number % 2 == 0 ? "shipped" : "open");
    return row;
  }
}
