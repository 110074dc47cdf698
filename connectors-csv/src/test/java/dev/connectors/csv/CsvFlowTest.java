package dev.connectors.csv;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connectors.core.Committable;
import dev.connectors.core.DeadLetter;
import dev.connectors.core.DeadLetterSettings;
import dev.connectors.core.DeadLetters;
import dev.connectors.core.Observer;
import dev.connectors.core.RollingFormat;
import dev.connectors.core.internal.RollingOutput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.StreamTestKit;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // JUnit initializes them
class CsvFlowTest {
  private static final CSVFormat WITH_HEADER = CSVFormat.RFC4180.builder().setHeader().get();

  public record Order(String id, int count, @Nullable Double price) {}

  private ActorSystem system;
  private Materializer materializer;

  @BeforeAll
  void startSystem() {
    system = ActorSystem.create("csv");
  }

  @BeforeEach
  void createMaterializer() {
    materializer = Materializer.createMaterializer(system);
  }

  @AfterEach
  void assertAllStagesStopped() {
    StreamTestKit.assertAllStagesStopped(materializer, Duration.ofSeconds(5));
    materializer.shutdown();
  }

  @AfterAll
  void stopSystem() {
    TestKit.shutdownActorSystem(system);
  }

  private CsvParseSettings settings() {
    return CsvParseSettings.create(system);
  }

  private <T> List<T> run(String text, int piece, Flow<ByteString, T, NotUsed> flow) {
    return get(pieces(text.getBytes(UTF_8), piece).via(flow).runWith(Sink.seq(), materializer));
  }

  private static Source<ByteString, NotUsed> pieces(byte[] bytes, int length) {
    return Source.range(0, (bytes.length + length - 1) / length - 1)
        .map(
            i ->
                ByteString.fromArray(
                    Arrays.copyOfRange(
                        bytes, i * length, Math.min(bytes.length, (i + 1) * length))));
  }

  private static <T> T get(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new AssertionError(e);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static String many(int rows) {
    StringBuilder text = new StringBuilder("id,count,price\r\n");
    for (int i = 0; i < rows; i++) {
      text.append("o").append(i).append(',').append(i);
      text.append(i % 3 == 0 ? "," : ",\"" + i + ".5\"").append("\r\n");
    }
    return text.toString();
  }

  // ---- parsing

  @ParameterizedTest
  @CsvSource({"1,10", "4,10", "1,70000", "4,70000", "4,1000000"})
  void parse_many_areTheRecordsOfCommonsCsv(int parallelism, int piece) throws Exception {
    String text = many(30_000);
    List<CSVRecord> expected =
        CSVParser.parse(text, WITH_HEADER.builder().setSkipHeaderRecord(true).get()).getRecords();

    List<CSVRecord> records =
        run(text, piece, CsvFlow.parse(WITH_HEADER, settings().withParallelism(parallelism)));

    assertThat(records).hasSameSizeAs(expected);
    for (int i = 0; i < records.size(); i++) {
      assertThat(records.get(i).toString()).isEqualTo(expected.get(i).toString());
      assertThat(records.get(i).getCharacterPosition())
          .isEqualTo(expected.get(i).getCharacterPosition());
      assertThat(records.get(i).get("count")).isEqualTo(Integer.toString(i));
    }
  }

  @Test
  void parse_settingsOfTheSystem_readsUtf8() {
    assertThat(run("é,b\n", 1, CsvFlow.parse(CSVFormat.DEFAULT)))
        .extracting(record -> record.get(0))
        .containsExactly("é");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100_000})
  void rows_many_knowWhereTheyStand(int piece) {
    List<CsvRow> rows =
        run("id,text\n1,\"a\nb\"\n\n2,é\r\n3,c", piece, CsvFlow.rows(withHeaderAndEmptyLines()));

    assertThat(rows).extracting(CsvRow::number).containsExactly(1L, 2L, 3L);
    assertThat(rows).extracting(CsvRow::line).containsExactly(2L, 5L, 6L);
    assertThat(rows).extracting(CsvRow::byteOffset).containsExactly(8L, 17L, 23L);
    assertThat(rows).extracting(row -> row.get("text")).containsExactly("a\nb", "é", "c");
    assertThat(rows.get(0).toMap()).isEqualTo(Map.of("id", "1", "text", "a\nb"));
    assertThat(rows.get(0).values()).containsExactly("1", "a\nb");
    assertThat(rows.get(1).raw()).isEqualTo("2,é");
  }

  private static CSVFormat withHeaderAndEmptyLines() {
    return CSVFormat.DEFAULT.builder().setHeader().get();
  }

  @Test
  void rows_utf16WithMark_byteOffsetsAreThoseOfTheInput() {
    byte[] bytes = "\uFEFFa,b\né\uD83D\uDE00,c\nd,e\n".getBytes(UTF_16LE);

    List<CsvRow> rows =
        get(
            pieces(bytes, 3)
                .via(CsvFlow.rows(CSVFormat.RFC4180, settings()))
                .runWith(Sink.seq(), materializer));

    assertThat(rows).extracting(CsvRow::byteOffset).containsExactly(2L, 10L, 22L);
    assertThat(rows.get(1).get(0)).isEqualTo("é\uD83D\uDE00");
  }

  @Test
  void rows_latin1_areDecoded() {
    assertThat(
            get(Source.single(ByteString.fromArray("é;ü\n".getBytes(ISO_8859_1)))
                    .via(
                        CsvFlow.rows(
                            CSVFormat.RFC4180.builder().setDelimiter(';').get(),
                            settings().withCharset(ISO_8859_1)))
                    .runWith(Sink.head(), materializer))
                .values())
        .containsExactly("é", "ü");
  }

  @Test
  void rows_slowInput_areEmittedAsTheyCome() {
    Pair<TestPublisher.Probe<ByteString>, TestSubscriber.Probe<CsvRow>> probes =
        TestSource.<ByteString>create(system)
            .via(CsvFlow.rows(CSVFormat.RFC4180, settings()))
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    probes.second().request(10);
    probes.first().sendNext(ByteString.fromString("a,b\nc,"));
    assertThat(probes.second().expectNext().values()).containsExactly("a", "b");
    probes.first().sendNext(ByteString.fromString("d\ne"));
    assertThat(probes.second().expectNext().values()).containsExactly("c", "d");
    probes.first().sendComplete();
    assertThat(probes.second().expectNext().values()).containsExactly("e");
    probes.second().expectComplete();
  }

  @Test
  void rows_noDemand_takesABoundedPartOfTheInput() {
    String text = many(100_000);
    List<ByteString> taken = new CopyOnWriteArrayList<>();
    TestSubscriber.Probe<CsvRow> probe =
        pieces(text.getBytes(UTF_8), 8_192)
            .map(
                piece -> {
                  taken.add(piece);
                  return piece;
                })
            .via(CsvFlow.rows(WITH_HEADER, settings().withParallelism(2)))
            .runWith(TestSink.create(system), materializer);
    probe.request(1);
    probe.expectNext();
    probe.expectNoMessage(Duration.ofMillis(300));

    // Two batches for each of two threads, the one that is emitted, and one that is gathered.
    assertThat(taken.size()).isLessThan(6 * 64 / 8 + 4);
    probe.cancel();
  }

  @Test
  void parse_maxRows_areTheMost() {
    CSVFormat two = CSVFormat.DEFAULT.builder().setMaxRows(2).get();

    assertThat(run("a\nb\nc\nd\n", 3, CsvFlow.parse(two, settings()))).hasSize(2);
    assertThat(run("a\nb\nc\nd\n", 3, CsvFlow.rows(two, settings()))).hasSize(2);
  }

  @Test
  void parse_headerThatCommonsCsvRefuses_failsWithItsException() {
    assertThatThrownBy(() -> run("a,a\n1,2\n", 2, CsvFlow.rows(duplicatesRefused())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("duplicate name");
  }

  private static CSVFormat duplicatesRefused() {
    return CSVFormat.DEFAULT
        .builder()
        .setHeader()
        .setDuplicateHeaderMode(org.apache.commons.csv.DuplicateHeaderMode.DISALLOW)
        .get();
  }

  @Test
  void parse_upstreamFails_failsWithThat() {
    IllegalStateException bug = new IllegalStateException("bug");

    assertThatThrownBy(
            () ->
                get(
                    Source.single(ByteString.fromString("a\nb"))
                        .concatLazy(Source.lazySource(() -> Source.failed(bug)))
                        .via(CsvFlow.rows(CSVFormat.DEFAULT, settings()))
                        .runWith(Sink.seq(), materializer)))
        .isSameAs(bug);
  }

  // ---- malformed rows and limits

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1_000})
  void rows_malformedWithFail_failsAfterTheRowsBeforeIt(int piece) {
    List<CsvRow> emitted = new CopyOnWriteArrayList<>();

    assertThatThrownBy(
            () ->
                get(
                    pieces("a,b\nc,d\né,\"x\"y\ne,f\n".getBytes(UTF_8), piece)
                        .via(CsvFlow.rows(CSVFormat.RFC4180, settings()))
                        .runForeach(emitted::add, materializer)))
        .isInstanceOfSatisfying(
            CsvException.class,
            failure -> {
              assertThat(failure.line()).isEqualTo(3);
              assertThat(failure.column()).isEqualTo(6);
              assertThat(failure.byteOffset()).isEqualTo(14);
              assertThat(failure).hasMessageContaining("closing quote").hasNoCause();
            });
    assertThat(emitted).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1_000})
  void rows_malformedWithSkip_leavesThemOutAndTellsTheObserver(int piece) {
    List<Throwable> told = new CopyOnWriteArrayList<>();
    CsvParseSettings skipping =
        settings()
            .withOnMalformed(MalformedPolicy.SKIP)
            .withObserver(
                new Observer() {
                  @Override
                  public void rejected(String name, Throwable cause) {
                    told.add(cause);
                  }
                });

    List<CsvRow> rows =
        run("a\n\"b\"x\r\nc\n\"d\"y\rd\n", piece, CsvFlow.rows(CSVFormat.RFC4180, skipping));

    assertThat(rows).extracting(row -> row.get(0)).containsExactly("a", "c", "d");
    assertThat(rows).extracting(CsvRow::number).containsExactly(1L, 3L, 5L);
    assertThat(rows).extracting(CsvRow::line).containsExactly(1L, 3L, 5L);
    assertThat(told).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1_000})
  void rows_malformedWithEmit_haveTheirTextAndFailure(int piece) {
    List<CsvRow> rows =
        run(
            "a\n\"b\"x,é\nc\n\"d\ne\nf",
            piece,
            CsvFlow.rows(CSVFormat.RFC4180, settings().withOnMalformed(MalformedPolicy.EMIT)));

    assertThat(rows).hasSize(6);
    CsvRow bad = rows.get(1);
    assertThat(bad.raw()).isEqualTo("\"b\"x,é");
    assertThat(bad.line()).isEqualTo(2);
    assertThat(bad.byteOffset()).isEqualTo(2);
    assertThatThrownBy(bad::values).isSameAs(bad.failure()).isInstanceOf(CsvException.class);
    CsvRow unclosed = rows.get(3);
    assertThat(unclosed.raw()).isEqualTo("\"d");
    assertThat(Objects.requireNonNull(unclosed.failure()).line()).isEqualTo(4);
    assertThat(rows.get(4).get(0)).isEqualTo("e");
    assertThat(rows.get(5).get(0)).isEqualTo("f");
    assertThat(rows).extracting(CsvRow::line).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
  }

  @Test
  void rows_tooManyFields_isMalformed() {
    assertThatThrownBy(
            () ->
                run(
                    "a,b\na,b,c,d\n",
                    5,
                    CsvFlow.rows(CSVFormat.RFC4180, settings().withMaxFields(3))))
        .isInstanceOf(CsvException.class)
        .hasMessage("more than 3 fields at line 2, column 7, byte 10");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1_000})
  void rows_tooLong_isMalformedAndTheNextIsNot(int piece) {
    CsvParseSettings limited =
        settings().withMaxRecordBytes(10).withOnMalformed(MalformedPolicy.EMIT);

    List<CsvRow> rows =
        run(
            "0123456789\n0123456789a" + "x".repeat(50) + "\nb\n\"c\nd\neeeeeeeeee\nf\n",
            piece,
            CsvFlow.rows(CSVFormat.RFC4180, limited));

    assertThat(rows.stream().filter(row -> row.failure() == null).map(row -> row.get(0)))
        .containsExactly("0123456789", "b", "d", "eeeeeeeeee", "f");
    assertThat(rows.stream().filter(row -> row.failure() != null).map(CsvRow::raw))
        .containsExactly("0123456789", "\"c");
    assertThat(rows).extracting(CsvRow::line).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1_000})
  void rows_commentTooLong_isMalformedAndTheNextRowIsNot(int piece) {
    List<CsvRow> rows =
        run(
            "a\n#23456789012\nb\n",
            piece,
            CsvFlow.rows(
                CSVFormat.DEFAULT.builder().setCommentMarker('#').get(),
                settings().withMaxRecordBytes(10).withOnMalformed(MalformedPolicy.EMIT)));

    assertThat(rows).extracting(CsvRow::raw).containsExactly("a", "#234567890", "b");
    assertThat(rows).extracting(CsvRow::line).containsExactly(1L, 2L, 3L);
  }

  @Test
  void rows_quoteThatIsNeverClosed_failsAtTheLimitAndNotLater() {
    List<ByteString> taken = new CopyOnWriteArrayList<>();
    ByteString piece = ByteString.fromString("x,\n".repeat(20_000));

    assertThatThrownBy(
            () ->
                get(
                    Source.single(ByteString.fromString("a\n\""))
                        .concat(Source.repeat(piece).take(20_000))
                        .map(
                            one -> {
                              taken.add(one);
                              return one;
                            })
                        .via(CsvFlow.rows(CSVFormat.RFC4180, settings()))
                        .runWith(Sink.ignore(), materializer)))
        .isInstanceOf(CsvException.class)
        .hasMessage("more than 1048576 bytes, a quote is not closed at line 2, column 1, byte 2");
    assertThat(taken.size()).isLessThan(30);
  }

  @Test
  void parse_withEmit_isRefused() {
    assertThatThrownBy(
            () ->
                CsvFlow.parse(CSVFormat.DEFAULT, settings().withOnMalformed(MalformedPolicy.EMIT)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rows");
  }

  // ---- settling

  private static final class Mark implements Committable {
    volatile boolean isSettled;

    @Override
    public CompletionStage<Done> commit() {
      isSettled = true;
      return CompletableFuture.completedFuture(Done.getInstance());
    }

    @Override
    public CompletionStage<Done> reject(Throwable cause) {
      return CompletableFuture.failedFuture(cause);
    }
  }

  @Test
  void rowsWithContext_eachSettled_settlesAChunkWithTheLastRowThatHasAByteInIt() {
    List<Mark> marks = IntStream.range(0, 4).mapToObj(i -> new Mark()).toList();
    List<String> chunks = List.of("a\nb", "b\nc", "cc", "c\nd\n");

    List<String> settled = new ArrayList<>();
    get(
        Source.range(0, 3)
            .map(
                i ->
                    Pair.<ByteString, Committable>create(
                        ByteString.fromString(chunks.get(i)), marks.get(i)))
            .via(CsvFlow.rowsWithContext(CSVFormat.RFC4180, settings()).asFlow())
            .runForeach(
                pair -> {
                  pair.second().commit();
                  settled.add(pair.first().get(0) + marks.stream().map(m -> m.isSettled).toList());
                },
                materializer));

    assertThat(settled)
        .containsExactly(
            "a[false, false, false, false]",
            "bb[true, false, false, false]",
            "cccc[true, true, true, false]",
            "d[true, true, true, true]");
  }

  @Test
  void rowsWithContext_chunksWithoutRows_areSettled() {
    List<Mark> marks = IntStream.range(0, 5).mapToObj(i -> new Mark()).toList();
    List<String> chunks = List.of("", "id,n\n", "#\n", "\n\n", "");

    assertThat(
            get(
                Source.range(0, 4)
                    .map(
                        i ->
                            Pair.<ByteString, Committable>create(
                                ByteString.fromString(chunks.get(i)), marks.get(i)))
                    .via(
                        CsvFlow.parseWithContext(
                                withHeaderAndEmptyLines().builder().setCommentMarker('#').get(),
                                settings())
                            .asFlow())
                    .runWith(Sink.seq(), materializer)))
        .isEmpty();
    assertThat(marks).allMatch(mark -> mark.isSettled);
  }

  @Test
  void rowsWithContext_parserFails_settlesNothingOfIt() {
    Mark mark = new Mark();

    assertThatThrownBy(
            () ->
                get(
                    Source.single(
                            Pair.<ByteString, Committable>create(
                                ByteString.fromString("a,\n\"\",\n\"\"\n"), mark))
                        .via(
                            CsvFlow.rowsWithContext(
                                    CSVFormat.RFC4180.builder().setTrailingDelimiter(true).get(),
                                    settings())
                                .asFlow())
                        .runWith(Sink.ignore(), materializer)))
        .isInstanceOf(RuntimeException.class);
    assertThat(mark.isSettled).isFalse();
  }

  @Test
  void rowsWithContext_malformedAndUnfitting_areDivertedWithTheirText() {
    List<DeadLetter<CsvRow>> written = new CopyOnWriteArrayList<>();
    DeadLetters<CsvRow> deadLetters =
        DeadLetters.<CsvRow>create(
                "orders",
                Flow.<DeadLetter<CsvRow>>create().map(written::add),
                DeadLetterSettings.create(system))
            .withPosition(row -> "orders.csv:" + row.line());
    Mark mark = new Mark();

    List<Pair<Order, Committable>> orders =
        get(
            Source.single(
                    Pair.<ByteString, Committable>create(
                        ByteString.fromString(
                            "id,count,price\na,1,\nb,many,2\n\"c\"c,3,4\nd,4,5.5\n"),
                        mark))
                .via(
                    CsvFlow.rowsWithContext(
                            WITH_HEADER, settings().withOnMalformed(MalformedPolicy.EMIT))
                        .asFlow())
                .via(deadLetters.mapWithContext(row -> row.as(Order.class)).asFlow())
                .runWith(Sink.seq(), materializer));

    assertThat(orders)
        .extracting(Pair::first)
        .containsExactly(new Order("a", 1, null), new Order("d", 4, 5.5));
    assertThat(written)
        .extracting(letter -> letter.position() + " " + letter.payload().raw())
        .containsExactly("orders.csv:3 b,many,2", "orders.csv:4 \"c\"c,3,4");
    assertThat(written.get(0).message())
        .contains("line 3, column 2 (count)")
        .doesNotContain("many");
    assertThat(mark.isSettled).isFalse();
    orders.forEach(order -> order.second().commit());
    assertThat(mark.isSettled).isTrue();
  }

  // ---- formatting

  private CsvFormatSettings formatting() {
    return CsvFormatSettings.create(system);
  }

  private <T> String written(List<T> rows, Flow<T, ByteString, NotUsed> flow) {
    return get(Source.from(rows)
            .via(flow)
            .runFold(ByteString.emptyByteString(), ByteString::concat, materializer))
        .utf8String();
  }

  @Test
  void format_lists_areWhatThePrinterWrites() {
    List<List<?>> rows =
        List.of(Arrays.asList("a", null, 1), List.of("b \"x\"", "c,d", "e\nf"), List.of());

    assertThat(written(rows, CsvFlow.format(CSVFormat.RFC4180)))
        .isEqualTo("a,,1\r\n\"b \"\"x\"\"\",\"c,d\",\"e\nf\"\r\n\r\n");
    assertThat(
            written(
                rows,
                CsvFlow.format(
                    CSVFormat.RFC4180.builder().setHeader("x", "y", "z").get(), formatting())))
        .startsWith("x,y,z\r\na,,1\r\n");
  }

  @Test
  void format_thenRows_isTheSame() {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      rows.add(List.of("v" + i, "a\"b", "c,\n", ""));
    }

    assertThat(
            get(
                Source.from(rows)
                    .via(CsvFlow.<List<String>>format(CSVFormat.RFC4180))
                    .via(CsvFlow.rows(CSVFormat.RFC4180))
                    .map(CsvRow::values)
                    .runWith(Sink.seq(), materializer)))
        .isEqualTo(rows);
  }

  @Test
  void format_slowInput_isWrittenAsItComes() {
    Pair<TestPublisher.Probe<List<String>>, TestSubscriber.Probe<ByteString>> probes =
        TestSource.<List<String>>create(system)
            .via(CsvFlow.<List<String>>format(CSVFormat.RFC4180))
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    probes.second().request(10);
    probes.first().sendNext(List.of("a"));
    assertThat(probes.second().expectNext().utf8String()).isEqualTo("a\r\n");
    probes.first().sendNext(List.of("b"));
    assertThat(probes.second().expectNext().utf8String()).isEqualTo("b\r\n");
    probes.first().sendComplete();
    probes.second().expectComplete();
  }

  @Test
  void formatMaps_orderOfTheHeader_missingIsNull() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("b", "2");
    map.put("a", "1");
    map.put("d", "4");

    assertThat(
            written(
                List.of(map),
                CsvFlow.formatMaps(
                    CSVFormat.RFC4180.builder().setHeader("a", "b", "c").setNullString("-").get(),
                    formatting())))
        .isEqualTo("a,b,c\r\n1,2,-\r\n");
    assertThatThrownBy(() -> CsvFlow.formatMaps(CSVFormat.RFC4180, formatting()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void formatRecords_headerOfTheComponents_readsBack() {
    List<Order> orders = List.of(new Order("a", 1, null), new Order("b,c", -2, 2.5));

    String text =
        written(orders, CsvFlow.formatRecords(CSVFormat.RFC4180, Order.class, formatting()));

    assertThat(text).isEqualTo("id,count,price\r\na,1,\r\n\"b,c\",-2,2.5\r\n");
    assertThat(run(text, 3, CsvFlow.rows(WITH_HEADER)).stream().map(row -> row.as(Order.class)))
        .isEqualTo(orders);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "windows-1252", "ISO-2022-JP"})
  void rollingFormat_eachFile_isWhatFormatWrites(String name) throws Exception {
    java.nio.charset.Charset charset = java.nio.charset.Charset.forName(name);
    CSVFormat format = CSVFormat.EXCEL.builder().setHeader("id", "näme").get();
    CsvFormatSettings settings =
        formatting().withCharset(charset).withByteOrderMark(MarkPolicy.WRITE);
    List<List<?>> rows = List.of(Arrays.asList("1", "a,b"), Arrays.asList(2, null));
    RollingFormat<List<?>> rolling = CsvFlow.rollingFormat(format, settings);

    for (int file = 0; file < 2; file++) {
      List<ByteString> written = new ArrayList<>();
      RollingOutput<List<?>> output = new RollingOutput<>(rolling, written::add);
      for (List<?> row : rows) {
        output.write(row);
      }
      output.end();
      assertThat(written.stream().reduce(ByteString.emptyByteString(), ByteString::concat))
          .isEqualTo(
              get(
                  Source.from(rows)
                      .via(CsvFlow.<List<?>>format(format, settings))
                      .runWith(
                          Sink.fold(ByteString.emptyByteString(), ByteString::concat),
                          materializer)));
    }
  }

  @Test
  void rollingFormat_formulaOrCharsetThatMarks_isRefused() {
    CsvFormatSettings rejecting = formatting().withOnFormula(FormulaPolicy.REJECT);
    RollingFormat<List<?>> rolling = CsvFlow.rollingFormat(CSVFormat.RFC4180, rejecting);
    assertThatThrownBy(() -> rolling.element(List.of("a", "=1")))
        .hasMessage("column 2 looks like a formula");
    assertThatThrownBy(
            () ->
                CsvFlow.rollingFormat(
                    CSVFormat.RFC4180,
                    formatting().withCharset(java.nio.charset.StandardCharsets.UTF_16)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name its byte order");
  }

  @Test
  void format_formulas_asThePolicySays() {
    List<List<?>> rows = List.of(Arrays.asList("=1+1", "@a", "\tb", "c", -5, "", null, "-5", "+"));

    assertThat(written(rows, CsvFlow.format(CSVFormat.RFC4180, formatting())))
        .startsWith("=1+1,@a,");
    assertThat(
            written(
                rows,
                CsvFlow.format(CSVFormat.RFC4180, formatting().withOnFormula(FormulaPolicy.QUOTE))))
        .isEqualTo("'=1+1,'@a,'\tb,c,-5,,,'-5,'+\r\n");
    assertThatThrownBy(
            () ->
                written(
                    rows,
                    CsvFlow.format(
                        CSVFormat.RFC4180, formatting().withOnFormula(FormulaPolicy.REJECT))))
        .hasMessage("column 1 of row 1 looks like a formula");
    // What is trimmed away hides nothing.
    assertThat(
            written(
                List.of(List.of(" =1+1", " a")),
                CsvFlow.format(
                    CSVFormat.RFC4180.builder().setTrim(true).get(),
                    formatting().withOnFormula(FormulaPolicy.QUOTE))))
        .isEqualTo("'=1+1,a\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-32", "windows-1252", "ISO-2022-JP"})
  void format_charsets_areReadBackByTheirMark(String name) {
    java.nio.charset.Charset charset = java.nio.charset.Charset.forName(name);
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      rows.add(List.of("a" + i, name.equals("ISO-2022-JP") ? "日本" : "é"));
    }

    assertThat(
            get(
                Source.from(rows)
                    .via(
                        CsvFlow.<List<String>>format(
                            CSVFormat.RFC4180,
                            formatting().withCharset(charset).withByteOrderMark(MarkPolicy.WRITE)))
                    .via(CsvFlow.rows(CSVFormat.RFC4180, settings().withCharset(charset)))
                    .map(CsvRow::values)
                    .runWith(Sink.seq(), materializer)))
        .isEqualTo(rows);
  }
}
