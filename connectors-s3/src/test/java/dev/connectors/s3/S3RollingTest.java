package dev.connectors.s3;

import static dev.connectors.s3.Uploads.PART;
import static dev.connectors.s3.Uploads.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connectors.core.RollingFormat;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.core.RollingSummary;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.AbruptStageTerminationException;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

@SuppressWarnings("NullAway.Init") // set up before each test
class S3RollingTest extends StreamTest {
  private static final int MIB = 1 << 20;

  private FakeS3 s3;
  private RollingSettings rolling;
  private UploadSettings upload;

  @BeforeEach
  void start() {
    s3 = new FakeS3();
    rolling = RollingSettings.create(system.settings().config().getConfig("connectors.s3.rolling"));
    upload = Uploads.settings(system);
  }

  @AfterEach
  void stop() {
    s3.close();
  }

  /** Lines of numbers, one partition for each remainder, keys of the first number. */
  private static RollingPlan<Integer, PutObjectRequest> plan(int partitions) {
    return RollingPlan.<Integer, PutObjectRequest>of(
            RollingFormat.lines(number -> Integer.toString(number)),
            object -> request("%s/%04d".formatted(object.partition(), object.first())))
        .withPartition(number -> "p" + number % partitions);
  }

  /** Numbers in a MiB each. */
  private static RollingPlan<Integer, PutObjectRequest> largePlan(int partitions) {
    return RollingPlan.<Integer, PutObjectRequest>of(
            RollingFormat.of(number -> ByteString.fromArrayUnsafe(large(number))),
            object -> request("%s/%04d".formatted(object.partition(), object.first())))
        .withPartition(number -> "p" + number % partitions);
  }

  private static byte[] large(int number) {
    byte[] content = new byte[MIB];
    new Random(number).nextBytes(content);
    return content;
  }

  private static Source<Integer, NotUsed> numbers(int from, int to) {
    return Source.fromIterator(() -> IntStream.range(from, to).iterator());
  }

  private Map<String, List<String>> lines() {
    Map<String, List<String>> lines = new TreeMap<>();
    s3.objects.forEach(
        (key, content) ->
            lines.put(key, new String(content, StandardCharsets.UTF_8).lines().toList()));
    return lines;
  }

  private Pair<TestPublisher.Probe<Integer>, TestSubscriber.Probe<RolledObject>> probes(
      RollingPlan<Integer, PutObjectRequest> plan) {
    return TestSource.<Integer>create(system)
        .via(S3Flow.rolling(s3, plan, rolling, upload))
        .toMat(TestSink.create(system), Keep.both())
        .run(materializer);
  }

  private <C>
      Pair<TestPublisher.Probe<Pair<Integer, C>>, TestSubscriber.Probe<Pair<RolledObject, C>>>
          probesWithContext(RollingPlan<Integer, PutObjectRequest> plan) {
    return TestSource.<Pair<Integer, C>>create(system)
        .via(S3Flow.<Integer, C>rollingWithContext(s3, plan, rolling, upload).asFlow())
        .toMat(TestSink.create(system), Keep.both())
        .run(materializer);
  }

  /** Holds back the answer to the first put of {@code key}, on one of the fake's threads. */
  private CountDownLatch hold(String key) {
    CountDownLatch released = new CountDownLatch(1);
    s3.onRequest =
        request -> {
          if (request instanceof PutObjectRequest put && put.key().equals(key)) {
            try {
              assertThat(released.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          return null;
        };
    return released;
  }

  /** An object of which a part is there. */
  private Pair<TestPublisher.Probe<Integer>, CompletionStage<RollingSummary>> open() {
    Pair<TestPublisher.Probe<Integer>, CompletionStage<RollingSummary>> writing =
        TestSource.<Integer>create(system)
            .toMat(S3Sink.rolling(s3, largePlan(1), rolling, upload), Keep.both())
            .run(materializer);
    for (int number = 0; number < 6; number++) {
      writing.first().sendNext(number);
    }
    await().until(() -> s3.uploads.size() == 1);
    return writing;
  }

  // ---- what is written

  @Test
  void rolling_byCount_writesObjectsOfAsManyElements() throws Exception {
    rolling = rolling.withMaxElements(10);

    List<RolledObject> objects =
        get(
            numbers(0, 25)
                .via(S3Flow.rolling(s3, plan(1), rolling, upload))
                .runWith(Sink.seq(), materializer));

    assertThat(objects)
        .extracting(RolledObject::key)
        .containsExactly("p0/0000", "p0/0010", "p0/0020");
    RolledObject last = objects.get(2);
    assertThat(last.response().eTag())
        .isEqualTo(FakeS3.eTag("20\n21\n22\n23\n24\n".getBytes(StandardCharsets.UTF_8)));
    assertThat(last).isEqualTo(new RolledObject("b", "p0/0020", "p0", 5, 15, last.response()));
    assertThat(lines().get("p0/0020")).containsExactly("20", "21", "22", "23", "24");
  }

  @Test
  void rolling_ofTheSystem_sumsUpWhatIsWritten() throws Exception {
    assertThat(get(numbers(0, 25).runWith(S3Sink.rolling(s3, plan(2)), materializer)))
        .isEqualTo(new RollingSummary(2, 25, 10 * 2 + 15 * 3));
    assertThat(lines()).containsOnlyKeys("p0/0000", "p1/0001");
  }

  @Test
  void rolling_largerThanParts_uploadsInPartsThatShareTheirSlots() throws Exception {
    rolling = rolling.withMaxBytes(12 * MIB);

    List<RolledObject> objects =
        get(
            numbers(0, 50)
                .via(S3Flow.rolling(s3, largePlan(3), rolling, upload))
                .runWith(Sink.seq(), materializer));

    for (RolledObject object : objects) {
      int first = Integer.parseInt(object.key().substring("p0/".length()));
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      for (int i = 0; i < object.elements(); i++) {
        content.writeBytes(large(first + 3 * i));
      }
      assertThat(s3.objects.get(object.key())).isEqualTo(content.toByteArray());
    }
    assertThat(objects.stream().mapToLong(RolledObject::elements).sum()).isEqualTo(50);
    assertThat(s3.uploads).isEmpty();
    assertThat(s3.requests(UploadPartRequest.class)).hasSize(9);
    assertThat(s3.mostPartsInFlight).hasValueLessThanOrEqualTo(2);
  }

  @Test
  void rolling_encodedWithAHeader_writesWholeGzipsByTheirCompressedSize() throws Exception {
    RollingPlan<Integer, PutObjectRequest> plan =
        RollingPlan.of(
            RollingFormat.<Integer>lines(number -> "number " + number)
                .withHeader(ByteString.fromString("numbers\n"))
                .withEncoding(GZIPOutputStream::new),
            object ->
                request("n/%06d.gz".formatted(object.first())).toBuilder()
                    .contentEncoding("gzip")
                    .build());
    rolling = rolling.withMaxBytes(10_000);

    RollingSummary summary =
        get(numbers(0, 20_000).runWith(S3Sink.rolling(s3, plan, rolling, upload), materializer));

    assertThat(summary.files()).isEqualTo(s3.objects.size()).isGreaterThan(2);
    StringBuilder all = new StringBuilder();
    new TreeMap<>(s3.objects)
        .values()
        .forEach(content -> all.append(unzipped(content).substring("numbers\n".length())));
    assertThat(all.toString().lines())
        .containsExactlyElementsOf(
            IntStream.range(0, 20_000).mapToObj(n -> "number " + n).toList());
    assertThat(s3.requests(PutObjectRequest.class).get(0).contentEncoding()).isEqualTo("gzip");
  }

  private static String unzipped(byte[] content) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(content))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void rolling_noElementAnyMore_completesTheIdleObject() throws Exception {
    rolling = rolling.withMaxIdle(Duration.ofMillis(500));
    var probes = probes(plan(2));
    probes.second().request(3);
    probes.first().sendNext(1).sendNext(2).sendNext(3);

    assertThat(List.of(probes.second().expectNext(), probes.second().expectNext()))
        .extracting(RolledObject::key)
        .containsExactlyInAnyOrder("p1/0001", "p0/0002");
    probes.first().sendComplete();
    probes.second().expectComplete();
  }

  // ---- one beside the other

  @Test
  void rolling_oneIsConfirmedLate_writesOnAndEmitsInOrder() throws Exception {
    rolling = rolling.withMaxElements(1);
    CountDownLatch released = hold("p0/0000");
    var probes = probes(plan(1));
    probes.second().request(3);
    probes.first().sendNext(0).sendNext(1);

    await().until(() -> s3.objects.containsKey("p0/0001"));
    probes.second().expectNoMessage(Duration.ofMillis(100));
    released.countDown();

    assertThat(probes.second().expectNext().key()).isEqualTo("p0/0000");
    assertThat(probes.second().expectNext().key()).isEqualTo("p0/0001");
    probes.first().sendComplete();
    probes.second().expectComplete();
  }

  @Test
  void rollingWithContext_sameKeyWhileItIsWritten_isWrittenAfterwards() throws Exception {
    rolling = rolling.withMaxElements(1);
    CountDownLatch released = hold("same");
    RollingPlan<Integer, PutObjectRequest> plan =
        RollingPlan.of(RollingFormat.lines(n -> Integer.toString(n)), start -> request("same"));
    var probes = this.<String>probesWithContext(plan);
    probes.second().request(3);
    probes.first().sendNext(Pair.create(1, "a")).sendNext(Pair.create(2, "b"));

    await().until(() -> s3.requests.size() == 1);
    await().during(Duration.ofMillis(100)).until(() -> s3.requests.size() == 1);
    released.countDown();

    assertThat(probes.second().expectNext().second()).isEqualTo("a");
    assertThat(probes.second().expectNext().second()).isEqualTo("b");
    assertThat(lines()).isEqualTo(Map.of("same", List.of("2")));
    probes.first().sendComplete();
    probes.second().expectComplete();
  }

  @Test
  void rollingWithContext_sameKeyWhileItIsWritten_doesNotContinueTheUploadOfTheFirst() {
    rolling = rolling.withMaxElements(6);
    upload = upload.withResume(ResumePolicy.BY_KEY);
    s3.onAnswer =
        request -> {
          if (request instanceof UploadPartRequest part && part.partNumber() == 1) {
            s3.stall();
          }
          return null;
        };
    RollingPlan<Integer, PutObjectRequest> plan =
        RollingPlan.of(
            RollingFormat.of(number -> ByteString.fromArrayUnsafe(large(number))),
            start -> request("same"));
    var probes = this.<Integer>probesWithContext(plan);
    probes.second().request(13);
    for (int number = 0; number < 12; number++) {
      probes.first().sendNext(Pair.create(number, number));
    }
    await().until(() -> s3.requests(UploadPartRequest.class).size() == 2);
    await()
        .during(Duration.ofMillis(200))
        .until(() -> s3.requests(ListMultipartUploadsRequest.class).size() == 1);
    s3.onAnswer = request -> null;
    s3.resume();
    for (int number = 0; number < 12; number++) {
      assertThat(probes.second().expectNext().second()).isEqualTo(number);
    }

    ByteArrayOutputStream second = new ByteArrayOutputStream();
    IntStream.range(6, 12).forEach(number -> second.writeBytes(large(number)));
    assertThat(s3.objects.get("same")).isEqualTo(second.toByteArray());
    assertThat(s3.uploads).isEmpty();
    probes.first().sendComplete();
    probes.second().expectComplete();
  }

  @Test
  void rollingWithContexts_objectsBesideEachOther_emitsEachWithAllItsContexts() throws Exception {
    List<Pair<RolledObject, List<Integer>>> emitted =
        get(
            numbers(0, 1_000)
                .map(number -> Pair.create(number, number))
                .via(
                    S3Flow.<Integer, Integer>rollingWithContexts(
                            s3, plan(7), rolling.withMaxElements(10).withMaxOpen(3), upload)
                        .asFlow())
                .runWith(Sink.seq(), materializer));

    for (Pair<RolledObject, List<Integer>> pair : emitted) {
      assertThat(lines().get(pair.first().key()))
          .containsExactlyElementsOf(pair.second().stream().map(String::valueOf).toList());
    }
    assertThat(emitted.stream().flatMap(pair -> pair.second().stream()))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 1_000).boxed().toList());
  }

  @Test
  void rollingWithContext_tooManyHeld_completesTheFirst() throws Exception {
    rolling = rolling.withMaxHeld(5);

    List<Integer> contexts =
        get(
            numbers(0, 200)
                .map(number -> Pair.create(number, number))
                .via(
                    S3Flow.<Integer, Integer>rollingWithContext(s3, plan(3), rolling, upload)
                        .asFlow())
                .map(Pair::second)
                .runWith(Sink.seq(), materializer));

    assertThat(contexts).containsExactlyElementsOf(IntStream.range(0, 200).boxed().toList());
  }

  @Test
  void rollingWithContext_anotherCompletesWhenTooManyAreHeld_completesTheFirst() throws Exception {
    rolling = rolling.withMaxHeld(3).withMaxElements(2).withMaxIdle(Duration.ofDays(1));
    CountDownLatch released = hold("p1/0001");
    var probes = this.<Integer>probesWithContext(plan(2));
    probes.second().request(10);
    for (int number : new int[] {0, 1, 3}) {
      probes.first().sendNext(Pair.create(number, number));
    }
    await().until(() -> s3.requests.size() == 1);

    released.countDown();

    for (int number : new int[] {0, 1, 3}) {
      assertThat(probes.second().expectNext().second()).isEqualTo(number);
    }
    probes.first().sendComplete();
    probes.second().expectComplete();
  }

  @Test
  void rolling_downstreamStalls_completesWhatIsOldEnough() {
    rolling =
        rolling
            .withMaxElements(2)
            .withMaxAge(Duration.ofSeconds(2))
            .withMaxIdle(Duration.ofDays(1));
    var probes = probes(plan(2));
    probes.first().sendNext(0);
    // So that the next is due later than the timer.
    probes.second().ensureSubscription().expectNoMessage(Duration.ofMillis(50));
    probes.first().sendNext(1).sendNext(2);
    await().until(() -> s3.objects.containsKey("p0/0000"));

    await().until(() -> s3.objects.containsKey("p1/0001"));
    assertThat(probes.second().requestNext().key()).isEqualTo("p0/0000");
    assertThat(probes.second().requestNext().key()).isEqualTo("p1/0001");
    probes.first().sendComplete();
    probes.second().expectComplete();
  }

  @Test
  void rollingWithContexts_noBoundReached_emitsAllContextsWhenTheOneObjectIsThere() {
    rolling = rolling.withMaxIdle(Duration.ofDays(1));
    Pair<
            TestPublisher.Probe<Pair<Integer, Integer>>,
            TestSubscriber.Probe<Pair<RolledObject, List<Integer>>>>
        probes =
            TestSource.<Pair<Integer, Integer>>create(system)
                .via(
                    S3Flow.<Integer, Integer>rollingWithContexts(s3, largePlan(1), rolling, upload)
                        .asFlow())
                .toMat(TestSink.create(system), Keep.both())
                .run(materializer);
    probes.second().request(2);
    for (int number = 0; number < 12; number++) {
      probes.first().sendNext(Pair.create(number, number));
    }
    await().until(() -> s3.requests(UploadPartRequest.class).size() == 2);
    probes.second().expectNoMessage(Duration.ofMillis(100));

    probes.first().sendComplete();

    assertThat(probes.second().expectNext().second())
        .containsExactlyElementsOf(IntStream.range(0, 12).boxed().toList());
    probes.second().expectComplete();
    assertThat(s3.objects.get("p0/0000")).hasSize(12 * MIB);
  }

  // ---- failures and ends

  @Test
  void rolling_upstreamFails_keepsCompleteObjectsAndAbortsTheOthers() throws Exception {
    IllegalStateException bug = new IllegalStateException("bug");
    rolling = rolling.withMaxBytes(7 * MIB);
    var probes = probes(largePlan(2));
    probes.second().request(10);
    for (int number = 0; number < 14; number++) {
      probes.first().sendNext(2 * number); // p0 is complete twice
    }
    for (int number = 0; number < 6; number++) {
      probes.first().sendNext(2 * number + 1);
    }
    probes.second().expectNextN(2);
    await().until(() -> s3.uploads.size() == 1);

    probes.first().sendError(bug);

    assertThat(probes.second().expectError()).isSameAs(bug);
    assertThat(s3.uploads).isEmpty();
    assertThat(s3.objects).containsOnlyKeys("p0/0000", "p0/0014");
  }

  @Test
  void rolling_partIsRefused_abortsAllAndFailsWithThat() throws Exception {
    s3.onRequest =
        request ->
            request instanceof UploadPartRequest part
                    && part.key().startsWith("p1")
                    && part.partNumber() == 2
                ? FakeS3.error(403, "AccessDenied")
                : null;

    Throwable failure =
        failure(
            numbers(0, 100)
                .runWith(S3Sink.rolling(s3, largePlan(2), rolling, upload), materializer));

    assertThat(failure).isInstanceOf(S3Exception.class).hasMessageStartingWith("AccessDenied");
    assertThat(s3.uploads).isEmpty();
    assertThat(s3.objects).isEmpty();
  }

  @Test
  void rolling_putIsRefusedWhileAnotherIsInFlight_failsWhenThatHasEnded() {
    rolling = rolling.withMaxElements(1);
    CountDownLatch released = hold("p0/0000");
    var holding = s3.onRequest;
    s3.onRequest =
        request ->
            request instanceof PutObjectRequest put && put.key().startsWith("p1")
                ? FakeS3.error(403, "AccessDenied")
                : holding.apply(request);
    var probes = probes(plan(2));
    probes.second().request(2);
    probes.first().sendNext(0).sendNext(1);

    probes.first().expectCancellation();
    probes.second().expectNoMessage(Duration.ofMillis(100));
    released.countDown();

    assertThat(probes.second().expectError()).hasMessageStartingWith("AccessDenied");
    assertThat(s3.objects).containsOnlyKeys("p0/0000");
  }

  @Test
  void rolling_abortionFails_tellsThatToo() {
    s3.onRequest =
        request ->
            request instanceof AbortMultipartUploadRequest
                ? FakeS3.error(403, "AccessDenied")
                : null;

    var writing = open();
    writing.first().sendError(new IllegalStateException("bug"));

    Throwable failure = failure(writing.second());
    assertThat(failure).hasMessage("bug");
    assertThat(failure.getSuppressed())
        .singleElement()
        .satisfies(
            left ->
                assertThat(left.getSuppressed()).singleElement().isInstanceOf(S3Exception.class));
  }

  @Test
  void rolling_cancelled_abortsWhatIsOpen() {
    var probes = probes(largePlan(1));
    probes.second().request(1);
    for (int number = 0; number < 6; number++) {
      probes.first().sendNext(number);
    }
    await().until(() -> s3.uploads.size() == 1);

    probes.second().cancel();

    probes.first().expectCancellation();
    await().until(() -> s3.uploads.isEmpty());
  }

  @Test
  void rolling_terminated_abortsWhatIsOpen() {
    var writing = open();

    materializer.shutdown();

    assertThat(failure(writing.second())).isInstanceOf(AbruptStageTerminationException.class);
    await().until(() -> s3.uploads.isEmpty());
    createMaterializer();
  }

  @Test
  void rolling_sameKeyTwice_fails() {
    RollingPlan<Integer, PutObjectRequest> plan =
        RollingPlan.of(RollingFormat.lines(n -> Integer.toString(n)), start -> request("same"));
    rolling = rolling.withMaxElements(2);

    Throwable failure =
        failure(numbers(0, 4).runWith(S3Sink.rolling(s3, plan, rolling, upload), materializer));

    assertThat(failure)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("b/same was written before");
  }

  @Test
  void rolling_requestWithoutAKey_fails() {
    RollingPlan<Integer, PutObjectRequest> plan =
        RollingPlan.of(
            RollingFormat.lines(n -> Integer.toString(n)),
            start -> PutObjectRequest.builder().bucket("b").build());

    assertThat(failure(numbers(0, 4).runWith(S3Sink.rolling(s3, plan), materializer)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("has no key");
  }

  @Test
  void rolling_stalledServer_takesNoMoreThanItsParts() throws Exception {
    s3.stall();
    AtomicInteger taken = new AtomicInteger();

    CompletionStage<RollingSummary> writing =
        numbers(0, 40)
            .map(
                number -> {
                  taken.incrementAndGet();
                  return number;
                })
            .runWith(S3Sink.rolling(s3, largePlan(1), rolling, upload), materializer);
    await().until(() -> taken.get() >= 3 * PART / MIB);
    // Two parts on their way, one that is full, and what waits for room in the next.
    await().during(Duration.ofMillis(200)).until(() -> taken.get() <= 3 * PART / MIB + 2);
    s3.resume();

    assertThat(get(writing).elements()).isEqualTo(40);
  }
}
