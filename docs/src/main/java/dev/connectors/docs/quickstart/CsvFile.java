package dev.connectors.docs.quickstart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import dev.connectors.csv.CsvException;
import dev.connectors.csv.CsvFlow;
import dev.connectors.csv.CsvRow;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.DuplicateHeaderMode;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.FileIO;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/**
 * A CSV file in UTF-8 or UTF-16 whose first row is a header: each further row is one JSON object of
 * texts. The delimiter is the one of {@code , ; | TAB} that is the most frequent in the first line.
 */
final class CsvFile {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DELIMITERS = ",;\t|";
  private static final int SNIFFED = 10_000;

  private final Path file;

  CsvFile(Path file) {
    this.file = file;
  }

  /** Whether the file's name says that it is one. */
  static boolean isCsv(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".csv") || name.endsWith(".tsv");
  }

  /**
   * Reads the whole file and returns how many rows it has.
   *
   * @throws UserError if one is malformed: named as {@code file:line}
   */
  long check() {
    JsonLines.open(file).close(); // tells what is wrong with the file itself
    ActorSystem system =
        ActorSystem.create(
            "check",
            ConfigFactory.parseString("pekko.loglevel = OFF, pekko.stdout-loglevel = OFF")
                .withFallback(ConfigFactory.load()));
    try {
      return objects().runFold(0L, (count, json) -> count + 1, system).toCompletableFuture().get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof CsvException malformed) {
        throw new UserError(file + ":" + malformed.line() + ": " + malformed.reason());
      }
      if (cause instanceof UserError error) {
        throw error;
      }
      throw new UserError(file + ": " + cause.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("interrupted");
    } finally {
      system.terminate();
    }
  }

  /** The rows as JSON objects. */
  Source<byte[], NotUsed> objects() {
    return FileIO.fromPath(file)
        .via(CsvFlow.rows(format()))
        .map(this::json)
        .mapMaterializedValue(read -> NotUsed.getInstance());
  }

  private CSVFormat format() {
    return CSVFormat.DEFAULT
        .builder()
        .setDelimiter(delimiter())
        .setHeader()
        .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
        .get();
  }

  private char delimiter() {
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      char[] start = new char[SNIFFED];
      int length = Math.max(0, reader.read(start));
      String line = new String(start, 0, length).split("[\r\n]", 2)[0];
      char best = ',';
      for (int i = 0; i < DELIMITERS.length(); i++) {
        char candidate = DELIMITERS.charAt(i);
        if (count(line, candidate) > count(line, best)) {
          best = candidate;
        }
      }
      return best;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long count(String line, char wanted) {
    return line.chars().filter(c -> c == wanted).count();
  }

  private byte[] json(CsvRow row) {
    Map<String, @Nullable String> values = row.toMap();
    if (values.size() < row.size()) {
      throw new UserError(
          "%s:%d: %d values, but the header has %d names"
              .formatted(file, row.line(), row.size(), values.size()));
    }
    try {
      byte[] json = JSON.writeValueAsBytes(values);
      if (json.length > JsonLines.MAX_LINE) {
        throw new UserError(
            "%s:%d: longer than %d bytes as JSON".formatted(file, row.line(), JsonLines.MAX_LINE));
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts is JSON", e);
    }
  }
}
