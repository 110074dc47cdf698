package dev.connectors.docs.quickstart;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;

/**
 * What is to be published.
 *
 * @param description for the user; empty when there is nothing to publish
 * @param count how many records; negative when that is not known
 * @param records opens them
 * @param searches what to look for when the user does not say
 */
record Input(
    String description,
    long count,
    Supplier<Source<byte[], NotUsed>> records,
    List<String> searches) {
  private static final List<String> EVERYTHING = List.of("*");

  static Input none() {
    return new Input("", 0, Source::empty, EVERYTHING);
  }

  static Input unicode() {
    long count = Unicode.count();
    return new Input(
        String.format(Locale.ROOT, "%,d named characters of Unicode", count),
        count,
        () -> Source.fromIterator(Unicode::json),
        List.of("snowman", "greek small letter", "arrow left"));
  }

  /** Reads the file once to check it, and once more to publish it. */
  static Input file(Path file) {
    if (CsvFile.isCsv(file)) {
      CsvFile csv = new CsvFile(file);
      long rows = csv.check();
      return new Input(
          String.format(Locale.ROOT, "%,d rows of %s", rows, file), rows, csv::objects, EVERYTHING);
    }
    long count = JsonLines.check(file);
    return new Input(
        String.format(Locale.ROOT, "%,d lines of %s", count, file),
        count,
        () -> Source.fromIterator(() -> JsonLines.open(file)),
        EVERYTHING);
  }

  /** Checks line by line: those before a bad one are published. */
  static Input standard(InputStream in) {
    return new Input(
        "lines of standard input",
        -1,
        () -> Source.fromIterator(() -> new JsonLines("-", in)),
        EVERYTHING);
  }

  boolean isEmpty() {
    return description.isEmpty();
  }
}
