package dev.connectors.docs.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvFileTest {
  @TempDir private Path folder;

  private Path file(String text, Charset charset) throws IOException {
    return Files.write(folder.resolve("in.csv"), text.getBytes(charset));
  }

  private static List<String> read(Path file) throws Exception {
    ActorSystem system = ActorSystem.create("read");
    try {
      return new CsvFile(file)
          .objects()
          .map(json -> new String(json, StandardCharsets.UTF_8))
          .runWith(Sink.seq(), system)
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
    } finally {
      system.terminate();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t", "|"})
  void objects_anyDelimiter_areJsonOfTheHeader(String delimiter) throws Exception {
    Path file =
        file(
            "id,text\r\n1,\"a\nb\"\r\n\r\n2,é\r\n".replace(",", delimiter), StandardCharsets.UTF_8);

    assertThat(new CsvFile(file).check()).isEqualTo(2);
    assertThat(read(file))
        .containsExactly("{\"id\":\"1\",\"text\":\"a\\nb\"}", "{\"id\":\"2\",\"text\":\"é\"}");
  }

  @Test
  void objects_utf16WithMark_areRead() throws Exception {
    assertThat(read(file("\uFEFFid,text\n1,é\n", StandardCharsets.UTF_16LE)))
        .containsExactly("{\"id\":\"1\",\"text\":\"é\"}");
  }

  @Test
  void check_malformedRow_namesFileAndLine() throws Exception {
    Path file = file("id\n1\n\"2\"x\n", StandardCharsets.UTF_8);

    assertThatThrownBy(() -> new CsvFile(file).check())
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(file + ":3: ");
  }

  @Test
  void check_rowLongerThanTheHeader_namesFileAndLine() throws Exception {
    Path file = file("id,text\n1,a\n2,b,c\n", StandardCharsets.UTF_8);

    assertThatThrownBy(() -> new CsvFile(file).check())
        .isInstanceOf(UserError.class)
        .hasMessage(file + ":3: 3 values, but the header has 2 names");
  }

  @Test
  void check_duplicateNames_areRefused() throws Exception {
    Path file = file("id,id\n1,a\n", StandardCharsets.UTF_8);

    assertThatThrownBy(() -> new CsvFile(file).check())
        .isInstanceOf(UserError.class)
        .hasMessageContaining("duplicate name");
  }

  @Test
  void isCsv_byItsName() {
    assertThat(CsvFile.isCsv(Path.of("a.CSV"))).isTrue();
    assertThat(CsvFile.isCsv(Path.of("a.tsv"))).isTrue();
    assertThat(CsvFile.isCsv(Path.of("a.jsonl"))).isFalse();
  }
}
