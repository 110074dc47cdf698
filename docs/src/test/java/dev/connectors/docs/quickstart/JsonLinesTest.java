package dev.connectors.docs.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLinesTest {
  @Test
  void next_blankLinesMarkAndLineEnds_givesObjectsOnly() {
    assertThat(read("\uFEFF{\"a\":1}\r\n\n  \n{\"b\":[{}]}"))
        .containsExactly("{\"a\":1}\r", "{\"b\":[{}]}");
  }

  @Test
  void hasNext_emptyInput_isFalse() {
    JsonLines lines = lines("");

    assertThat(lines.hasNext()).isFalse();
    assertThatThrownBy(lines::next).isInstanceOf(NoSuchElementException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":} | not JSON",
        "{\"a\":1 | not JSON",
        "[1] | a JSON object is expected",
        "hello | not JSON",
        "{} {} | one JSON object per line",
      })
  void hasNext_badLine_namesFileLineAndReason(String bad, String reason) {
    JsonLines lines = lines("{}\n\n" + bad + "\n{}\n");
    lines.next();

    assertThatThrownBy(lines::hasNext)
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("in.jsonl:3: " + reason)
        .hasMessageNotContaining("\n");
  }

  @Test
  void hasNext_lineTooLong_isRefused() {
    JsonLines lines = lines("{}\n{\"a\":\"" + "x".repeat(JsonLines.MAX_LINE) + "\"}");
    lines.next();

    assertThatThrownBy(lines::hasNext).hasMessage("in.jsonl:2: longer than 1000000 bytes");
  }

  @Test
  void hasNext_notUtf8_isRefused() {
    JsonLines lines =
        new JsonLines(
            "in.jsonl",
            new ByteArrayInputStream("{\"a\":\"\u00fc\"}".getBytes(StandardCharsets.ISO_8859_1)));

    assertThatThrownBy(lines::hasNext).hasMessageContaining("in.jsonl:1: not JSON: ");
  }

  @Test
  void check_file_countsObjects(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("in.jsonl"), "{}\n\n{}\n");

    assertThat(JsonLines.check(file)).isEqualTo(2);
  }

  @Test
  void open_directory_isRefused(@TempDir Path folder) {
    assertThatThrownBy(() -> JsonLines.open(folder)).hasMessage(folder + " is a directory");
  }

  private static List<String> read(String text) {
    List<String> all = new ArrayList<>();
    lines(text).forEachRemaining(line -> all.add(new String(line, StandardCharsets.UTF_8)));
    return all;
  }

  private static JsonLines lines(String text) {
    return new JsonLines(
        "in.jsonl", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }
}
