package dev.connectors.elasticsearch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.elasticsearch.core.bulk.OperationType;
import co.elastic.clients.util.BinaryData;
import com.typesafe.config.ConfigFactory;
import dev.connectors.core.Observer;
import dev.connectors.core.RetrySettings;
import dev.connectors.elasticsearch.Bulk;
import dev.connectors.elasticsearch.BulkOperationException;
import dev.connectors.elasticsearch.BulkSettings;
import dev.connectors.elasticsearch.FailurePolicy;
import dev.connectors.elasticsearch.FlushPolicy;
import dev.connectors.elasticsearch.internal.BulkBatches.Attempt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BulkBatchesTest {
  private static final BinaryData DOCUMENT =
      BinaryData.of("{\"a\":1}".getBytes(StandardCharsets.UTF_8), "application/json");

  private final List<Attempt> sent = new ArrayList<>();
  private final List<CompletableFuture<?>> futures = new ArrayList<>();
  private long now;
  private BulkSettings settings =
      BulkSettings.create(ConfigFactory.load().getConfig("connectors.elasticsearch.bulk"))
          .withMaxOperations(3)
          .withParallelism(2)
          .withInterval(Duration.ofMillis(100))
          .withTimeout(Duration.ofSeconds(10))
          .withFlush(FlushPolicy.WHEN_DUE)
          .withRetry(
              RetrySettings.create(ConfigFactory.load().getConfig("connectors.retry"))
                  .withMinBackoff(Duration.ofMillis(100))
                  .withMaxBackoff(Duration.ofMillis(200))
                  .withJitter(0)
                  .withMaxAttempts(2));

  private BulkBatches<Integer> batches() {
    return new BulkBatches<>(
        settings,
        () -> now,
        attempt -> {
          sent.add(attempt);
          CompletableFuture<?> future = new CompletableFuture<>();
          futures.add(future);
          return future;
        });
  }

  private static BulkOperation external(int number) {
    return Bulk.upsert("orders", "id" + number, number, DOCUMENT);
  }

  private static BulkOperation guarded(String id) {
    return BulkOperation.of(o -> o.index(i -> i.index("orders").id(id).document(DOCUMENT)));
  }

  private static void add(BulkBatches<Integer> batches, int from, int to) {
    for (int i = from; i < to; i++) {
      batches.add(external(i), i);
    }
    batches.run();
  }

  private static BulkResponse response(Attempt attempt, int... statuses) {
    List<BulkResponseItem> items = new ArrayList<>();
    boolean errors = false;
    for (int i = 0; i < attempt.size(); i++) {
      int status = i < statuses.length ? statuses[i] : 201;
      String id = attempt.operations().get(i).index().id();
      errors |= status >= 300;
      items.add(
          BulkResponseItem.of(
              item -> {
                item.operationType(OperationType.Index).index("orders").id(id).status(status);
                return status < 300 ? item : item.error(e -> e.type("t" + status).reason("r"));
              }));
    }
    boolean anyError = errors;
    return BulkResponse.of(r -> r.took(1).errors(anyError).items(items));
  }

  private static List<Integer> drain(BulkBatches<Integer> batches) {
    List<Integer> contexts = new ArrayList<>();
    while (batches.hasResult()) {
      contexts.add(batches.next((item, context) -> context));
    }
    return contexts;
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private static List<String> ids(Attempt attempt) {
    return attempt.operations().stream().map(o -> String.valueOf(o.index().id())).toList();
  }

  @Test
  void add_fullBatches_areSentUpToTheParallelism() {
    BulkBatches<Integer> batches = batches();
    add(batches, 0, 9);
    assertThat(sent).hasSize(2);
    assertThat(batches.hasRoom()).isFalse();
    batches.succeeded(sent.get(0), response(sent.get(0)));
    assertThat(sent).hasSize(3);
    assertThat(drain(batches)).containsExactly(0, 1, 2);
    assertThat(batches.hasRoom()).isTrue();
  }

  @Test
  void succeeded_outOfOrder_resultsInOrder() {
    BulkBatches<Integer> batches = batches();
    add(batches, 0, 6);
    batches.succeeded(sent.get(1), response(sent.get(1)));
    assertThat(batches.hasResult()).isFalse();
    batches.succeeded(sent.get(0), response(sent.get(0)));
    assertThat(drain(batches)).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void run_intervalOver_sendsWhatThereIs() {
    BulkBatches<Integer> batches = batches();
    add(batches, 0, 1);
    assertThat(sent).isEmpty();
    assertThat(batches.deadline()).isEqualTo(Duration.ofMillis(100).toNanos());
    pass(Duration.ofMillis(100));
    batches.run();
    assertThat(sent).hasSize(1);
    assertThat(batches.deadline()).isEqualTo(Duration.ofMillis(10_100).toNanos());
  }

  @Test
  void runIdle_whenIdle_sendsOnlyWhileNothingIsInFlight() {
    settings = settings.withFlush(FlushPolicy.WHEN_IDLE);
    BulkBatches<Integer> batches = batches();
    add(batches, 0, 1);
    assertThat(batches.wantsIdleSignal()).isTrue();
    batches.runIdle();
    assertThat(sent).hasSize(1);
    add(batches, 1, 2);
    assertThat(batches.wantsIdleSignal()).isFalse();
    batches.runIdle();
    assertThat(sent).hasSize(1);
    batches.succeeded(sent.get(0), response(sent.get(0)));
    assertThat(sent).hasSize(2);
  }

  @Test
  void add_bytesBound_sealsBatch() {
    settings = settings.withMaxBytes(250);
    BulkBatches<Integer> batches = batches();
    add(batches, 0, 4);
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).size()).isEqualTo(2);
  }

  @Test
  void succeeded_someTransient_onlyTheseAgainAfterTheBackoffAndPrefixIsGivenAtOnce() {
    BulkBatches<Integer> batches = batches();
    add(batches, 0, 3);
    batches.succeeded(sent.get(0), response(sent.get(0), 201, 429, 503));
    assertThat(sent).hasSize(1);
    assertThat(drain(batches)).containsExactly(0);
    assertThat(batches.deadline()).isEqualTo(Duration.ofMillis(100).toNanos());
    pass(Duration.ofMillis(100));
    batches.run();
    assertThat(ids(sent.get(1))).containsExactly("id1", "id2");
    batches.succeeded(sent.get(1), response(sent.get(1), 429, 201));
    assertThat(batches.deadline()).isEqualTo(Duration.ofMillis(300).toNanos());
    pass(Duration.ofMillis(200));
    batches.run();
    assertThat(ids(sent.get(2))).containsExactly("id1");
    batches.succeeded(sent.get(2), response(sent.get(2)));
    assertThat(drain(batches)).containsExactly(1, 2);
  }

  @Test
  void succeeded_transientTooOften_countsAsRefused() {
    BulkBatches<Integer> batches = batches();
    add(batches, 0, 3);
    for (int i = 0; i < 3; i++) {
      batches.succeeded(sent.get(i), response(sent.get(i), 429, 429, 429));
      pass(Duration.ofSeconds(1));
      batches.run();
    }
    assertThat(sent).hasSize(3);
    assertThat(batches.failure())
        .isInstanceOfSatisfying(
            BulkOperationException.class, e -> assertThat(e.status()).isEqualTo(429));
  }

  @Test
  void failed_longerThanTheDuration_givesTheCause() {
    settings =
        settings.withRetry(
            settings.retry().withMaxAttempts(1000).withMaxDuration(Duration.ofMillis(250)));
    BulkBatches<Integer> batches = batches();
    add(batches, 0, 3);
    IOException cause = new IOException("reset");
    for (int i = 0; batches.failure() == null; i++) {
      batches.failed(sent.get(i), cause);
      pass(Duration.ofMillis(200));
      batches.run();
    }
    assertThat(sent).hasSize(3);
    assertThat(batches.failure()).isSameAs(cause);
  }

  @Test
  void run_noAnswer_cancelsAndIgnoresTheLateAnswer() {
    BulkBatches<Integer> batches = batches();
    add(batches, 0, 3);
    pass(Duration.ofSeconds(10));
    batches.run();
    assertThat(futures.get(0)).isCancelled();
    batches.succeeded(sent.get(0), response(sent.get(0)));
    assertThat(batches.hasResult()).isFalse();
    pass(Duration.ofMillis(100));
    batches.run();
    assertThat(sent).hasSize(2);
    batches.succeeded(sent.get(1), response(sent.get(1)));
    assertThat(drain(batches)).containsExactly(0, 1, 2);
  }

  @Test
  void run_noAnswerEver_failsWithTimeout() {
    BulkBatches<Integer> batches = batches();
    add(batches, 0, 3);
    for (int i = 0; i < 6; i++) {
      pass(Duration.ofSeconds(10));
      batches.run();
    }
    assertThat(batches.failure()).isInstanceOf(TimeoutException.class);
    assertThat(futures).hasSize(3).allSatisfy(future -> assertThat(future).isCancelled());
  }

  @Test
  void add_documentOfEarlierBatch_waitsForIt() {
    BulkBatches<Integer> batches = batches();
    batches.add(guarded("a"), 0);
    batches.add(guarded("b"), 1);
    batches.add(guarded("a"), 2);
    batches.add(guarded("c"), 3);
    batches.add(guarded("d"), 4);
    batches.run();
    assertThat(sent).hasSize(1);
    assertThat(ids(sent.get(0))).containsExactly("a", "b");
    batches.succeeded(sent.get(0), response(sent.get(0), 429, 201));
    assertThat(sent).hasSize(1);
    pass(Duration.ofMillis(100));
    batches.run();
    assertThat(ids(sent.get(1))).containsExactly("a");
    batches.succeeded(sent.get(1), response(sent.get(1)));
    assertThat(ids(sent.get(2))).containsExactly("a", "c", "d");
    batches.succeeded(sent.get(2), response(sent.get(2)));
    batches.close();
    assertThat(drain(batches)).containsExactly(0, 1, 2, 3, 4);
    assertThat(batches.isFinished()).isTrue();
  }

  @Test
  void add_externalVersionOrNoId_waitsForNothing() {
    BulkBatches<Integer> batches = batches();
    for (int i = 0; i < 3; i++) {
      batches.add(Bulk.upsert("orders", "same", i, DOCUMENT), i);
    }
    for (int i = 3; i < 6; i++) {
      batches.add(BulkOperation.of(o -> o.index(n -> n.index("orders").document(DOCUMENT))), i);
    }
    batches.run();
    assertThat(sent).extracting(Attempt::size).containsExactly(3, 3);
  }

  @Test
  void failed_tooLarge_halvesAreSentOneAfterTheOther() {
    BulkBatches<Integer> batches = batches();
    add(batches, 0, 3);
    batches.failed(sent.get(0), new ClientFailure(413).exception());
    assertThat(ids(sent.get(1))).containsExactly("id0");
    batches.succeeded(sent.get(1), response(sent.get(1)));
    assertThat(ids(sent.get(2))).containsExactly("id1", "id2");
    batches.failed(sent.get(2), new ClientFailure(413).exception());
    batches.failed(sent.get(3), new ClientFailure(413).exception());
    assertThat(batches.failure())
        .isInstanceOfSatisfying(
            BulkOperationException.class,
            e -> {
              assertThat(e.status()).isEqualTo(413);
              assertThat(e.id()).isEqualTo("id1");
            });
  }

  @Test
  void close_nothingToSend_isFinished() {
    BulkBatches<Integer> batches = batches();
    batches.close();
    assertThat(batches.isFinished()).isTrue();
    assertThat(batches.deadline()).isEqualTo(BulkBatches.NO_DEADLINE);
  }

  @Test
  void abort_inFlight_isCancelled() {
    BulkBatches<Integer> batches = batches();
    add(batches, 0, 6);
    batches.abort();
    assertThat(futures).hasSize(2).allSatisfy(future -> assertThat(future).isCancelled());
  }

  @Test
  void observer_isToldPerRequest() {
    List<String> told = new ArrayList<>();
    settings =
        settings
            .withName("n")
            .withOnFailure(FailurePolicy.EMIT)
            .withObserver(
                new Observer() {
                  @Override
                  public void confirmed(String name, long elements, Duration latency) {
                    told.add(name + " confirmed " + elements + " " + latency.toMillis());
                  }

                  @Override
                  public void retried(String name, long elements, Throwable cause) {
                    told.add(name + " retried " + elements);
                  }

                  @Override
                  public void rejected(String name, Throwable cause) {
                    told.add(name + " rejected");
                  }
                });
    BulkBatches<Integer> batches = batches();
    add(batches, 0, 3);
    pass(Duration.ofMillis(7));
    batches.succeeded(sent.get(0), response(sent.get(0), 201, 429, 400));
    assertThat(told).containsExactly("n rejected", "n confirmed 2 7", "n retried 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void anySchedule_eachConfirmedOnceInInputOrderAndBounded(int seed) {
    Random random = new Random(seed);
    settings =
        settings
            .withMaxOperations(1 + random.nextInt(8))
            .withParallelism(1 + random.nextInt(4))
            .withFlush(random.nextBoolean() ? FlushPolicy.WHEN_IDLE : FlushPolicy.WHEN_DUE)
            .withRetry(settings.retry().withMaxAttempts(1_000_000));
    BulkBatches<Integer> batches = batches();
    int total = 2000;
    int added = 0;
    List<Integer> results = new ArrayList<>();
    while (!batches.isFinished()) {
      assertThat(batches.failure()).isNull();
      assertThat(added - results.size())
          .isLessThanOrEqualTo((settings.parallelism() + 1) * settings.maxOperations());
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          for (int i = random.nextInt(10); i > 0 && added < total && batches.hasRoom(); i--) {
            batches.add(
                random.nextBoolean() ? external(added) : guarded("id" + random.nextInt(20)),
                added++);
            batches.run();
          }
          if (added == total) {
            batches.close();
          }
        }
        case 2 -> {
          pass(Duration.ofMillis(random.nextInt(200)));
          batches.run();
        }
        case 3 -> batches.runIdle();
        case 4 -> {
          if (!sent.isEmpty()) {
            answer(batches, sent.remove(random.nextInt(sent.size())), random);
          }
        }
        default -> {
          for (int i = random.nextInt(5); i > 0 && batches.hasResult(); i--) {
            results.add(batches.next((item, context) -> context));
          }
        }
      }
    }
    assertThat(results).hasSize(total).isSorted().doesNotHaveDuplicates();
  }

  private static void answer(BulkBatches<Integer> batches, Attempt attempt, Random random) {
    switch (random.nextInt(8)) {
      case 0 -> batches.failed(attempt, new IOException("reset"));
      case 1 -> batches.failed(attempt, new ClientFailure(429).exception());
      case 2 -> {
        if (attempt.size() > 1) {
          batches.failed(attempt, new ClientFailure(413).exception());
        } else {
          batches.succeeded(attempt, response(attempt));
        }
      }
      case 3 -> {
        int[] statuses = new int[attempt.size()];
        for (int i = 0; i < statuses.length; i++) {
          statuses[i] = random.nextInt(3) == 0 ? 429 : 201;
        }
        batches.succeeded(attempt, response(attempt, statuses));
      }
      default -> batches.succeeded(attempt, response(attempt));
    }
  }
}
