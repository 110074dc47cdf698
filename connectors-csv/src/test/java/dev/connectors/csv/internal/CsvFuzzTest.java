package dev.connectors.csv.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.connectors.csv.CsvParseSettings;
import dev.connectors.csv.MalformedPolicy;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;

/**
 * Coverage-guided: {@code mvn -Pfuzz -pl connectors-csv -am verify} for ten minutes. Without the
 * profile the inputs that were kept are run once.
 */
class CsvFuzzTest {

  private static CSVFormat format(FuzzedDataProvider data) {
    CSVFormat named =
        data.pickValue(
            List.of(
                CSVFormat.DEFAULT,
                CSVFormat.RFC4180,
                CSVFormat.EXCEL,
                CSVFormat.MYSQL,
                CSVFormat.POSTGRESQL_CSV,
                CSVFormat.POSTGRESQL_TEXT,
                CSVFormat.TDF));
    try {
      return named
          .builder()
          .setDelimiter(data.pickValue(List.of(",", ";", "\t", "||", "§")))
          .setCommentMarker(data.pickValue(new Character[] {null, '#'}))
          .setIgnoreEmptyLines(data.consumeBoolean())
          .setIgnoreSurroundingSpaces(data.consumeBoolean())
          .setTrailingData(data.consumeBoolean())
          .setLenientEof(data.consumeBoolean())
          .get();
    } catch (IllegalArgumentException e) {
      return named;
    }
  }

  private static List<Integer> cuts(FuzzedDataProvider data) {
    int count = data.consumeInt(0, 6);
    return IntStream.range(0, count).map(i -> data.consumeInt(0, 2_000)).boxed().toList();
  }

  /** The same rows as Commons CSV, or malformed where it says so. */
  @FuzzTest(maxDuration = "5m")
  void read_anyBytes_isWhatCommonsCsvReads(FuzzedDataProvider data) {
    CSVFormat format = format(data);
    boolean positions = data.consumeBoolean();
    int batch = data.consumeInt(1, 300);
    List<Integer> cuts = cuts(data);
    // What is held of a record counts in bytes here; these are too few to reach a limit.
    byte[] written = data.consumeBytes(1_000);
    byte[] bytes =
        format.getDelimiterString().length() > 1
            ? (new String(written, UTF_8) + "\n").getBytes(UTF_8)
            : written;
    CsvParseSettings settings = Reading.settings().withBatchBytes(batch);
    if (begins(bytes)) {
      return; // a byte order mark would make another text of it
    }

    Reading expected = Reading.reference(new String(bytes, UTF_8), format, positions);
    Reading ours = Reading.ours(SameAsCommonsTest.pieces(bytes, cuts), format, settings, positions);

    if (!Reading.STOPPED.equals(ours.failure())) {
      assertThat(ours).isEqualTo(expected);
    }
  }

  private static boolean begins(byte[] bytes) {
    int first = bytes.length == 0 ? 1 : bytes[0] & 0xFF;
    return first == 0xEF || first >= 0xFE || first == 0;
  }

  /** Limits hold, malformed rows do not end it, and where it is cut makes no difference. */
  @FuzzTest(maxDuration = "5m")
  void read_anyBytesWithLimits_isTheSameHoweverCut(FuzzedDataProvider data) {
    CSVFormat format = format(data);
    CsvParseSettings settings =
        Reading.settings()
            .withBatchBytes(data.consumeInt(1, 300))
            .withMaxRecordBytes(data.consumeInt(1, 40))
            .withMaxFields(data.consumeInt(1, 5))
            .withOnMalformed(MalformedPolicy.EMIT);
    List<Integer> cuts = cuts(data);
    byte[] bytes = data.consumeRemainingAsBytes();

    Reading whole = Reading.ours(List.of(bytes), format, settings, false);
    Reading cut = Reading.ours(SameAsCommonsTest.pieces(bytes, cuts), format, settings, false);

    assertThat(cut).isEqualTo(whole);
    if (!Reading.STOPPED.equals(whole.failure())) {
      assertThat(whole.failure()).isNull();
    }
  }
}
