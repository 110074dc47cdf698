package dev.connectors.testkit.chaos;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Oracle} found: how many inputs the sink has how often, what is wrong with the
 * first examples of each kind, and the seed and moments of the kills. Names ids and keys, never
 * payloads. Immutable.
 *
 * <p>The assertions fail with the whole report. They also fail if nothing was acknowledged, or the
 * ledger was used wrongly: such a run shows nothing.
 */
public final class ChaosReport {
  private final long acknowledged;
  private final long sent;
  private final long seen;
  private final Distribution distribution;
  private final Map<Finding, Long> counts;
  private final Map<Finding, List<String>> examples;
  private final String circumstances;
  private final @Nullable String misuse;

  ChaosReport(
      long acknowledged,
      long sent,
      long seen,
      Distribution distribution,
      Map<Finding, Long> counts,
      Map<Finding, List<String>> examples,
      String circumstances,
      @Nullable String misuse) {
    this.acknowledged = acknowledged;
    this.sent = sent;
    this.seen = seen;
    this.distribution = distribution;
    this.counts = counts;
    this.examples = examples;
    this.circumstances = circumstances;
    this.misuse = misuse;
  }

  /** How many there are of this. */
  public long count(Finding finding) {
    return counts.getOrDefault(finding, 0L);
  }

  /** The ids and keys of the first few of this, in no particular format. */
  public List<String> examples(Finding finding) {
    return List.copyOf(examples.getOrDefault(finding, List.of()));
  }

  /** How many inputs were acknowledged. */
  public long acknowledged() {
    return acknowledged;
  }

  /** How many elements the sink has, all copies counted. */
  public long seen() {
    return seen;
  }

  /**
   * Nothing is missing, spurious or corrupt.
   *
   * @throws AssertionError with this report
   */
  public ChaosReport assertAtLeastOnce() {
    return assertNone(Finding.MISSING, Finding.SPURIOUS, Finding.CORRUPT);
  }

  /**
   * Nothing is missing, spurious, corrupt or duplicated.
   *
   * @throws AssertionError with this report
   */
  public ChaosReport assertExactlyOnce() {
    return assertNone(Finding.MISSING, Finding.SPURIOUS, Finding.CORRUPT, Finding.DUPLICATED);
  }

  /**
   * There is nothing of these.
   *
   * @throws AssertionError with this report
   */
  public ChaosReport assertNone(Finding first, Finding... more) {
    if (misuse != null) {
      throw new AssertionError("The ledger proves nothing: " + misuse + "\n" + this);
    }
    if (acknowledged == 0) {
      throw new AssertionError("Nothing was acknowledged, so nothing is shown\n" + this);
    }
    Set<Finding> wrong = EnumSet.of(first, more);
    wrong.removeIf(finding -> count(finding) == 0);
    if (!wrong.isEmpty()) {
      throw new AssertionError("There should be none " + wrong + "\n" + this);
    }
    return this;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%,d inputs sent, %,d acknowledged; the sink has %,d elements"
            .formatted(sent, acknowledged, seen));
    text.append(distribution);
    for (Finding finding : Finding.values()) {
      text.append("%n  %-13s %,12d".formatted(finding, count(finding)));
      List<String> some = examples(finding);
      if (!some.isEmpty()) {
        text.append("   first ").append(String.join(", ", some));
      }
    }
    if (!circumstances.isEmpty()) {
      text.append(System.lineSeparator()).append(circumstances);
    }
    return text.toString();
  }
}
