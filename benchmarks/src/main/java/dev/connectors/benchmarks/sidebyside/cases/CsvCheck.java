package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import org.jspecify.annotations.Nullable;

/** What every contender does with every value: look at its length and its last character. */
final class CsvCheck {
  private final Meter meter;
  private long rows;
  private long sum;

  CsvCheck(Meter meter) {
    this.meter = meter;
  }

  void value(@Nullable String value) {
    if (value == null || value.isEmpty()) {
      throw new WrongResult("an empty value");
    }
    sum += sum(value);
  }

  static long sum(String value) {
    return value.length() * 31L + value.charAt(value.length() - 1);
  }

  void row() {
    if (++rows % 10_000 == 0) {
      meter.progress(rows);
    }
  }

  void verify(CsvData data) {
    WrongResult.check("rows", rows, data.records());
    WrongResult.check("sum of the values", sum, data.sum());
  }
}
