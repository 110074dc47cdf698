package dev.connectors.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the contract in the testkit does not tell: the window, and writers that misbehave. */
class DeadLettersTest extends StreamTest {

  private static Throwable failure(CompletionStage<?> stage) throws Exception {
    try {
      stage.toCompletableFuture().get(5, TimeUnit.SECONDS);
      throw new AssertionError("did not fail");
    } catch (ExecutionException e) {
      return Objects.requireNonNull(e.getCause());
    }
  }

  private <T> DeadLetters<T> letters(Flow<DeadLetter<T>, ?, ?> writer) {
    return DeadLetters.create("test", writer, DeadLetterSettings.create(system));
  }

  private CompletionStage<List<Integer>> failing(Flow<DeadLetter<Integer>, ?, ?> writer) {
    return Source.range(1, 3)
        .via(letters(writer).map(DeadLettersTest::fail))
        .runWith(Sink.seq(), materializer);
  }

  private static int fail(Integer number) throws IOException {
    throw new IOException("no " + number);
  }

  @Test
  void map_withoutCommittable_positionIsTheNumber() {
    List<DeadLetter<String>> written = new CopyOnWriteArrayList<>();

    CompletionStage<List<Integer>> numbers =
        Source.from(List.of("1", "two", "3", "four"))
            .via(
                this.<String>letters(Flow.<DeadLetter<String>>create().map(written::add))
                    .map(Integer::parseInt))
            .runWith(Sink.seq(), materializer);

    assertThat(numbers.toCompletableFuture()).succeedsWithin(SOON).isEqualTo(List.of(1, 3));
    assertThat(written).extracting(DeadLetter::payload).containsExactly("two", "four");
    assertThat(written).extracting(DeadLetter::position).containsExactly("2", "4");
    assertThat(written)
        .extracting(DeadLetter::cause)
        .containsOnly(NumberFormatException.class.getName());
  }

  private DeadLetter<Integer> replayed(Map<String, String> earlier) {
    List<DeadLetter<Integer>> written = new CopyOnWriteArrayList<>();
    CompletionStage<Done> done =
        Source.single(1)
            .via(
                this.<Integer>letters(Flow.<DeadLetter<Integer>>create().map(written::add))
                    .withEarlier(number -> earlier)
                    .map(DeadLettersTest::fail))
            .runWith(Sink.ignore(), materializer);
    assertThat(done.toCompletableFuture()).succeedsWithin(SOON);
    return written.get(0);
  }

  @Test
  void withEarlier_malformedHeaders_keepsWhatCanBeRead() {
    Map<String, String> headers =
        Map.of(
            DeadLetter.SOURCE, "first",
            DeadLetter.POSITION, "orders-3@42",
            DeadLetter.ATTEMPTS, "3",
            DeadLetter.TIME, "noon");
    assertThat(replayed(headers))
        .extracting(DeadLetter::source, DeadLetter::position, DeadLetter::attempts)
        .containsExactly("first", "orders-3@42", 4);

    assertThat(replayed(Map.of(DeadLetter.SOURCE, "first")))
        .extracting(DeadLetter::source, DeadLetter::position, DeadLetter::attempts)
        .containsExactly("first", "1", 2);
  }

  @ParameterizedTest
  @CsvSource({"many,2", "'',2", "-7,2", "0,2", "99999999999,2", "2147483647,2147483647"})
  void withEarlier_attemptsOfAnyKind_areCountedOnOrAnew(String earlier, int attempts) {
    Map<String, String> headers = Map.of(DeadLetter.SOURCE, "first", DeadLetter.ATTEMPTS, earlier);
    assertThat(replayed(headers).attempts()).isEqualTo(attempts);
  }

  @Test
  void map_functionReturnsNull_isDiverted() {
    List<DeadLetter<Integer>> written = new CopyOnWriteArrayList<>();
    CompletionStage<Done> done =
        Source.single(1)
            .via(
                this.<Integer>letters(Flow.<DeadLetter<Integer>>create().map(written::add))
                    .<Integer>map(number -> nothing()))
            .runWith(Sink.ignore(), materializer);

    assertThat(done.toCompletableFuture()).succeedsWithin(SOON);
    assertThat(written)
        .extracting(DeadLetter::cause)
        .containsExactly(NullPointerException.class.getName());
  }

  @SuppressWarnings("NullAway") // what a user's function may do
  private static Integer nothing() {
    return null;
  }

  @Test
  void map_error_failsTheStream() throws Exception {
    AssertionError bug = new AssertionError("bug");
    CompletionStage<List<Integer>> result =
        Source.single(1)
            .via(
                this.<Integer>letters(Flow.create())
                    .<Integer>map(
                        number -> {
                          throw bug;
                        }))
            .runWith(Sink.seq(), materializer);

    assertThat(failure(result)).hasRootCause(bug);
  }

  @Test
  void write_writerCompletes_failsTheStream() throws Exception {
    assertThat(failure(failing(Flow.<DeadLetter<Integer>>create().take(1))))
        .hasMessageContaining("completed");
  }

  @Test
  void write_writerEmitsMoreThanItWasGiven_failsTheStream() throws Exception {
    assertThat(
            failure(
                failing(Flow.<DeadLetter<Integer>>create().mapConcat(l -> List.of(l, l, l, l)))))
        .hasMessageContaining("more than it was given");
  }

  @Test
  void map_downstreamStallsBehindALetter_readsOneMoreAndEmitsOnDemand() {
    CompletableFuture<Done> written = new CompletableFuture<>();
    List<String> events = new CopyOnWriteArrayList<>();
    Pair<TestPublisher.Probe<Integer>, TestSubscriber.Probe<Integer>> probes =
        TestSource.<Integer>create(system)
            .via(
                this.<Integer>letters(
                        Flow.<DeadLetter<Integer>>create().mapAsync(1, letter -> written))
                    .map(
                        number -> {
                          events.add("read " + number);
                          return number == 1 ? fail(number) : number;
                        }))
            .map(
                number -> {
                  events.add("emitted " + number);
                  return number;
                })
            .toMat(TestSink.create(system), Keep.both())
            .run(materializer);
    probes.second().request(1);
    probes.first().sendNext(1).sendNext(2);
    await().until(() -> events.size() == 2);

    written.complete(Done.getInstance());
    probes.second().expectNext(2);
    // Both are there before they are asked for: whatever is read too early comes before "emitted".
    probes.first().sendNext(3).sendNext(4);
    probes.second().request(3).expectNext(3, 4);
    probes.first().sendComplete();
    probes.second().expectComplete();
    assertThat(events)
        .containsExactly(
            "read 1",
            "read 2",
            "emitted 2",
            "read 3", // was asked for before 2 was emitted
            "emitted 3",
            "read 4",
            "emitted 4");
  }

  @Test
  void create_blankSource_isRefused() {
    assertThatThrownBy(
            () -> DeadLetters.create(" ", Flow.create(), DeadLetterSettings.create(system)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("source is ' '");
  }

  @Test
  void settings_bad_nameKeyAndValue() {
    assertThatThrownBy(() -> DeadLetterSettings.create(system).withMaxHeld(0))
        .hasMessage("connectors.dead-letters.max-held is 0, allowed is at least 1");
  }
}
