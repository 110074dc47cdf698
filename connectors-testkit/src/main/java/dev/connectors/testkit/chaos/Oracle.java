package dev.connectors.testkit.chaos;

import dev.connectors.testkit.internal.chaos.Texts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what a sink has with what the {@link Ledger} says it should have.
 *
 * <pre>{@code
 * Oracle oracle = Oracle.of(ledger);
 * for (ConsumerRecord<String, String> copy : readAll(sink)) {
 *   oracle.seen(id(copy), copy.key(), copy.value());
 * }
 * oracle.report(kills).assertAtLeastOnce();
 * }</pre>
 *
 * <p>It may be told while the pipeline runs, or afterwards by reading the sink. An oracle judges
 * one look at the sink: take another one for another look. Takes about 10 bytes of memory for each
 * input. Thread-safe; what one thread tells is taken in that order.
 */
public final class Oracle {
  private static final int EXAMPLES = 5;

  private final Ledger ledger;
  private final Map<Finding, Long> counts = new EnumMap<>(Finding.class);
  private final Map<Finding, List<String>> examples = new EnumMap<>(Finding.class);
  private int[] timesSeen = new int[1024];

  /** By key: one more than the latest of its inputs that was seen. */
  private int[] latestOfKey = new int[1024];

  private long seen;

  private Oracle(Ledger ledger) {
    this.ledger = ledger;
    for (Finding finding : Finding.values()) {
      counts.put(finding, 0L);
      examples.put(finding, new ArrayList<>());
    }
  }

  /** One that has seen nothing. */
  public static Oracle of(Ledger ledger) {
    return new Oracle(ledger);
  }

  /** The sink has this input. For sinks with an order: told in that order. */
  public void seen(String id, String key, byte[] payload) {
    see(id, key, Ledger.hash(payload));
  }

  /** As {@link #seen(String, String, byte[])}, with a text as the payload. */
  public void seen(String id, String key, String payload) {
    seen(id, key, payload.getBytes(StandardCharsets.UTF_8));
  }

  private synchronized void see(String id, String key, long payload) {
    seen++;
    int input = ledger.find(id);
    if (input == Texts.ABSENT) {
      found(Finding.SPURIOUS, id, key);
      return;
    }
    if (!ledger.hasPayload(input, payload) || !ledger.key(input).equals(key)) {
      found(Finding.CORRUPT, id, key);
    }
    if (input >= timesSeen.length) {
      timesSeen = Arrays.copyOf(timesSeen, Math.max(input + 1, timesSeen.length * 2));
    }
    int times = ++timesSeen[input];
    if (times == 2) {
      found(Finding.DUPLICATED, id, key);
    } else if (times == 1) {
      checkOrder(input, id, key);
    }
  }

  private void checkOrder(int input, String id, String key) {
    int number = ledger.keyNumber(input);
    if (number >= latestOfKey.length) {
      latestOfKey = Arrays.copyOf(latestOfKey, Math.max(number + 1, latestOfKey.length * 2));
    }
    if (input < latestOfKey[number]) {
      found(Finding.OUT_OF_ORDER, id, key);
    } else {
      latestOfKey[number] = input + 1;
    }
  }

  private void found(Finding finding, String id, String key) {
    counts.merge(finding, 1L, Long::sum);
    note(examples, finding, id, key);
  }

  private static void note(
      Map<Finding, List<String>> examples, Finding finding, String id, String key) {
    List<String> some = examples.get(finding);
    if (some != null && some.size() < EXAMPLES) {
      some.add(id + " (key " + key + ")");
    }
  }

  /** What was found so far, where nothing was killed at random. */
  public ChaosReport report() {
    return report("");
  }

  /** What was found so far, with the seed and the moments of {@code kills}. */
  public ChaosReport report(RandomKills kills) {
    return report(kills.toString());
  }

  private synchronized ChaosReport report(String circumstances) {
    Map<Finding, Long> allCounts = new EnumMap<>(counts);
    Map<Finding, List<String>> allExamples = new EnumMap<>(Finding.class);
    examples.forEach((finding, some) -> allExamples.put(finding, new ArrayList<>(some)));
    Distribution distribution = new Distribution();
    int sent = (int) ledger.sent();
    for (int input = 0; input < sent; input++) {
      int times = input < timesSeen.length ? timesSeen[input] : 0;
      boolean acknowledged = ledger.isAcknowledged(input);
      distribution.add(times, acknowledged);
      if (times == 0 && acknowledged) {
        allCounts.merge(Finding.MISSING, 1L, Long::sum);
        note(allExamples, Finding.MISSING, ledger.id(input), ledger.key(input));
      }
    }
    return new ChaosReport(
        ledger.acknowledged(),
        sent,
        seen,
        distribution,
        allCounts,
        allExamples,
        circumstances,
        ledger.misuse());
  }
}
