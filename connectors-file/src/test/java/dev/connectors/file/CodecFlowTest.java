package dev.connectors.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import dev.connectors.core.Committable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.FlowWithContext;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.apache.pekko.util.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class CodecFlowTest extends StreamTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  record Order(String id, int amount) {}

  /** Notes in which order what is settled. */
  private static final class Marks {
    final List<Integer> settled = new ArrayList<>();

    Committable mark(int number) {
      return new Committable() {
        @Override
        public CompletionStage<Done> commit() {
          synchronized (settled) {
            settled.add(number);
          }
          return CompletableFuture.completedFuture(Done.getInstance());
        }

        @Override
        public CompletionStage<Done> reject(Throwable cause) {
          return CompletableFuture.failedFuture(cause);
        }
      };
    }

    List<Integer> settled() {
      synchronized (settled) {
        return List.copyOf(settled);
      }
    }
  }

  private CodecSettings settings() {
    return CodecSettings.create(system);
  }

  private static Source<ByteString, NotUsed> bytes(String... pieces) {
    return Source.from(List.of(pieces)).map(ByteString::fromString);
  }

  @Test
  void objects_defaultSettings_emitsObjects() throws Exception {
    assertThat(
            get(
                bytes("[{\"a\"", ":1},", "{}", "]")
                    .via(JsonFlow.objects())
                    .map(ByteString::utf8String)
                    .runWith(Sink.seq(), materializer)))
        .containsExactly("{\"a\":1}", "{}");
  }

  @Test
  void objects_malformed_failsAfterTheObjectsBefore() {
    TestSubscriber.Probe<ByteString> probe =
        bytes("{}\n{}\n!").via(JsonFlow.objects()).runWith(TestSink.create(system), materializer);
    probe.request(5).expectNextN(2);

    Throwable failure = probe.expectError();

    assertThat(failure).isInstanceOf(CodecException.class);
    CodecException codec = (CodecException) failure;
    assertThat(codec.byteOffset()).isEqualTo(6);
    assertThat(codec.line()).hasValue(3);
    assertThat(codec.reason()).isEqualTo("neither an object nor an array of objects");
  }

  @Test
  void read_objects_becomeJavaObjects() throws Exception {
    assertThat(
            get(
                bytes("{\"id\":\"a\",\"amo", "unt\":1}\n{\"id\":\"b\",\"amount\":2}\n")
                    .via(JacksonFlow.read(MAPPER.reader(), Order.class, settings()))
                    .runWith(Sink.seq(), materializer)))
        .containsExactly(new Order("a", 1), new Order("b", 2));
  }

  @Test
  void read_unfitting_failsWithThePlaceAndJacksonsException() {
    Throwable failure =
        failure(
            bytes("{\"id\":\"a\",\"amount\":1}\n{\"id\":\"b\",\"amount\":\"secret\"}\n")
                .via(JacksonFlow.read(MAPPER.reader(), Order.class, settings()))
                .runWith(Sink.seq(), materializer));

    assertThat(failure)
        .isInstanceOf(CodecException.class)
        .hasMessage("an object that can't be read begins at line 2, byte 22")
        .hasCauseInstanceOf(InvalidFormatException.class);
  }

  @Test
  void writeLines_objects_areReadAgain() throws Exception {
    List<Order> orders = List.of(new Order("line\nend", 1), new Order("ü", 2));

    List<ByteString> lines =
        get(
            Source.from(orders)
                .via(JacksonFlow.<Order>writeLines(MAPPER.writer()))
                .runWith(Sink.seq(), materializer));

    assertThat(lines)
        .extracting(ByteString::utf8String)
        .containsExactly("{\"id\":\"line\\nend\",\"amount\":1}\n", "{\"id\":\"ü\",\"amount\":2}\n");
    assertThat(
            get(
                Source.from(lines)
                    .via(JacksonFlow.read(MAPPER.reader(), Order.class, settings()))
                    .runWith(Sink.seq(), materializer)))
        .isEqualTo(orders);
  }

  @Test
  void transcode_cutCharacters_areWhole() throws Exception {
    byte[] utf16 = "grün 😀".getBytes(StandardCharsets.UTF_16);
    List<ByteString> pieces = new ArrayList<>();
    for (byte b : utf16) {
      pieces.add(ByteString.fromArray(new byte[] {b}));
    }

    ByteString utf8 =
        get(
            Source.from(pieces)
                .via(TextFlow.transcode(StandardCharsets.UTF_16, UTF_8, MalformedTextPolicy.FAIL))
                .runWith(
                    Sink.fold(ByteString.emptyByteString(), ByteString::concat), materializer));

    assertThat(utf8.utf8String()).isEqualTo("grün 😀");
  }

  @Test
  void encode_halfAPairAtTheEnd_fails() {
    assertThat(
            failure(
                Source.from(List.of("a", "\uD83D"))
                    .via(TextFlow.encode(UTF_8))
                    .runWith(Sink.seq(), materializer)))
        .isInstanceOf(CodecException.class);
  }

  @Test
  void elements_ofAPath_areEmitted() throws Exception {
    assertThat(
            get(
                bytes("<o><x i='1'", "/><y/><x i='2'>t</x>", "</o>")
                    .via(XmlFlow.elements("/o/x", settings()))
                    .map((Element element) -> element.getAttribute("i"))
                    .runWith(Sink.seq(), materializer)))
        .containsExactly("1", "2");
    for (String path : List.of("", "o/x", "/", "/o//x", "/o/")) {
      assertThatThrownBy(() -> XmlFlow.elements(path, settings()))
          .as(path)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void records_encodedAndDecoded_areTheSame() throws Exception {
    LengthPrefix prefix = LengthPrefix.fourBytes();

    assertThat(
            get(
                bytes("a", "", "ccc")
                    .via(RecordFlow.encode(prefix))
                    .via(RecordFlow.decode(prefix, settings()))
                    .map(ByteString::utf8String)
                    .runWith(Sink.seq(), materializer)))
        .containsExactly("a", "", "ccc");
  }

  // ---- what settles a piece

  private <R>
      Pair<
              TestPublisher.Probe<Pair<ByteString, Committable>>,
              TestSubscriber.Probe<Pair<R, Committable>>>
          probes(FlowWithContext<ByteString, Committable, R, Committable, NotUsed> flow) {
    return TestSource.<Pair<ByteString, Committable>>create(system)
        .via(flow.asFlow())
        .toMat(TestSink.create(system), Keep.both())
        .run(materializer);
  }

  @Test
  void objectsWithContext_pieces_areSettledWithTheirLastObject() {
    Marks marks = new Marks();
    var probes = probes(JsonFlow.objectsWithContext(settings()));
    probes.second().request(10);
    probes.first().sendNext(Pair.create(ByteString.fromString("{}{\"a\""), marks.mark(1)));
    Committable first = probes.second().expectNext().second();
    probes.first().sendNext(Pair.create(ByteString.fromString(":1}\n"), marks.mark(2)));
    Committable second = probes.second().expectNext().second();

    assertThat(marks.settled()).isEmpty();
    first.commit();
    assertThat(marks.settled()).isEmpty();
    second.commit();
    Awaitility.await().untilAsserted(() -> assertThat(marks.settled()).contains(1));
    // Nothing in it belongs to an object.
    probes.first().sendNext(Pair.create(ByteString.fromString("\n\n"), marks.mark(3)));
    probes.first().sendComplete();
    probes.second().expectComplete();
    assertThat(marks.settled()).containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void recordsTextsAndElements_withContext_settleTheirPieces() throws Exception {
    assertSettlesAll(
        RecordFlow.decodeWithContext(new LengthPrefix.Decimal(), settings()), "3\nabc0", "\n1\nx");
    assertSettlesAll(
        TextFlow.decodeWithContext(UTF_8, MalformedTextPolicy.FAIL), "\uFEFFabc", "", "de");
    assertSettlesAll(XmlFlow.eventsWithContext(settings()), "<a>t", "ext", "</a", ">\n");
    assertSettlesAll(
        XmlFlow.elementsWithContext("/a/b", settings()), "<a><b", "/> ", " ", "<b/></a>");
    assertSettlesAll(
        JacksonFlow.readWithContext(MAPPER.reader(), Order.class, settings()),
        "{\"id\":\"a\"",
        "}",
        "{\"amount\":1}");
  }

  private <R> void assertSettlesAll(
      FlowWithContext<ByteString, Committable, R, Committable, NotUsed> flow, String... pieces)
      throws Exception {
    Marks marks = new Marks();
    List<Pair<ByteString, Committable>> input = new ArrayList<>();
    for (String piece : pieces) {
      input.add(Pair.create(ByteString.fromString(piece), marks.mark(input.size())));
    }

    get(
        Source.from(input)
            .via(flow.asFlow())
            .mapAsync(1, pair -> pair.second().commit())
            .runWith(Sink.ignore(), materializer));

    assertThat(marks.settled()).hasSize(pieces.length).doesNotHaveDuplicates();
  }
}
