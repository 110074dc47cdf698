package dev.connectors.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.commons.csv.CSVFormat;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows as Java objects. */
class CsvRowTest {
  private static final CSVFormat HEADER = CSVFormat.DEFAULT.builder().setHeader().get();

  enum Colour {
    RED,
    GREEN
  }

  public record Everything(
      String text,
      int number,
      @Nullable Long big,
      double part,
      boolean yes,
      char letter,
      @Nullable BigDecimal price,
      LocalDate day,
      UUID id,
      Colour colour) {}

  public record Named(@CsvColumn("Full Name") String name, int shoeSize) {}

  public record Picky(int number) {
    public Picky {
      if (number < 0) {
        throw new IllegalArgumentException("no debts");
      }
    }
  }

  public abstract static class Nameable<T> {
    public abstract void setName(T value);
  }

  public static final class Bean extends Nameable<String> {
    private String name = "nobody";
    private int age = -1;
    private String untouched = "as it was";

    @Override
    public void setName(String value) {
      name = value;
    }

    @CsvColumn("years")
    public void setAge(int value) {
      age = value;
    }

    public void setUntouched(String value) {
      untouched = value;
    }
  }

  @SuppressWarnings("NullAway.Init") // before all
  private static ActorSystem system;

  @BeforeAll
  static void startSystem() {
    system = ActorSystem.create("rows");
  }

  @AfterAll
  static void stopSystem() {
    TestKit.shutdownActorSystem(system);
  }

  private static CsvRow row(CSVFormat format, String text) throws Exception {
    return Source.single(ByteString.fromString(text))
        .via(CsvFlow.rows(format))
        .runWith(Sink.head(), system)
        .toCompletableFuture()
        .get(5, TimeUnit.SECONDS);
  }

  @Test
  void as_record_convertsEveryType() throws Exception {
    CsvRow row =
        row(
            HEADER,
            """
            text,number,big,part,yes,letter,price,day,id,colour,more
            x,-1,,0.5,true,c,1.20,2026-11-01,00000000-0000-0001-0000-000000000002,GREEN,?
            """);

    assertThat(row.as(Everything.class))
        .isEqualTo(
            new Everything(
                "x",
                -1,
                null,
                0.5,
                true,
                'c',
                new BigDecimal("1.20"),
                LocalDate.of(2026, 11, 1),
                new UUID(1, 2),
                Colour.GREEN));
  }

  @Test
  void as_recordWithoutHeader_bindsByOrder() throws Exception {
    assertThat(row(CSVFormat.DEFAULT, "Ann,38\n").as(Named.class)).isEqualTo(new Named("Ann", 38));
  }

  @Test
  void as_namesThatDifferInCaseAndSeparators_areBound() throws Exception {
    assertThat(row(HEADER, "SHOE_SIZE,Full Name\n38,Ann\n").as(Named.class))
        .isEqualTo(new Named("Ann", 38));
    assertThatThrownBy(() -> row(HEADER, "shoe-size,shoe_size,Full Name\n1,2,a\n").as(Named.class))
        .hasMessageContaining("more than one column");
  }

  @Test
  void as_bean_setsWhatHasAColumn() throws Exception {
    Bean bean = row(HEADER, "years,name\n7,Ann\n").as(Bean.class);

    assertThat(bean.name).isEqualTo("Ann");
    assertThat(bean.age).isEqualTo(7);
    assertThat(bean.untouched).isEqualTo("as it was");
  }

  @ParameterizedTest
  @CsvSource({"x,int", "'',int", "3000000000,int", "' 1',int"})
  void as_valueThatDoesNotFit_namesLineAndColumnAndNotTheValue(String value, String type) {
    assertThatThrownBy(
            () -> row(HEADER, "\"Full Name\",shoeSize\n\"a\",\"" + value + "\"\n").as(Named.class))
        .isInstanceOfSatisfying(
            CsvConversionException.class,
            failure -> {
              assertThat(failure.line()).isEqualTo(2);
              assertThat(failure.columnNumber()).isEqualTo(2);
              assertThat(failure.column()).isEqualTo("shoeSize");
              assertThat(failure.type()).isEqualTo(type);
              assertThat(failure).hasMessage("line 2, column 2 (shoeSize): the value is no int");
            });
  }

  @Test
  void as_rowTooShort_isAConversionFailure() {
    assertThatThrownBy(() -> row(HEADER, "Full Name,shoeSize\na\n").as(Named.class))
        .isInstanceOf(CsvConversionException.class);
  }

  @Test
  void as_whatCantBeBound_isRefused() throws Exception {
    assertThatThrownBy(() -> row(HEADER, "a,b\n1,2\n").as(Named.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no column 'Full Name'")
        .hasMessageContaining("[a, b]");
    assertThatThrownBy(() -> row(HEADER, "a\n1\n").as(Set.class)).hasMessageContaining("no record");
    assertThatThrownBy(() -> row(HEADER, "a\n1\n").as(Bean.class)).hasMessageContaining("years");
  }

  @Test
  void as_constructorRefuses_isItsException() {
    assertThatThrownBy(() -> row(HEADER, "number\n-1\n").as(Picky.class)).hasMessage("no debts");
  }

  @Test
  void get_unknownName_namesIt() throws Exception {
    CsvRow row = row(HEADER, "a,b\n1\n");

    assertThat(row.has("a")).isTrue();
    assertThat(row.has("b")).isFalse();
    assertThatThrownBy(() -> row.get("c")).hasMessageContaining("'c'").hasMessageContaining("a, b");
    assertThatThrownBy(() -> row.get("b"))
        .hasMessageContaining("line 2")
        .hasMessageContaining("'b'");
    assertThatThrownBy(() -> row(CSVFormat.DEFAULT, "a\n").get("a"))
        .isInstanceOf(IllegalStateException.class);
    assertThat(row.toString()).isEqualTo("row 1 at line 2, byte 4");
  }

  @Test
  void settings_bad_nameKeyAndValue() {
    CsvParseSettings settings = CsvParseSettings.create(system);
    assertThatThrownBy(() -> settings.withMaxFields(0))
        .hasMessage("connectors.csv.parse.max-fields is 0, allowed is at least 1");
    assertThatThrownBy(() -> settings.withMaxRecordBytes(1L << 40))
        .hasMessageContaining("connectors.csv.parse.max-record-bytes is 1099511627776");
    assertThatThrownBy(
            () ->
                CsvParseSettings.create(
                    ConfigFactory.parseString("charset = nope")
                        .withFallback(ConfigFactory.load().getConfig("connectors.csv.parse"))))
        .hasMessageContaining("connectors.csv.parse.charset is 'nope'");
    assertThat(settings.toString()).contains("maxFields=16384");
    assertThat(List.of(CsvFormatSettings.create(system).toString()).get(0)).contains("KEEP");
  }
}
