package dev.connectors.core;

import com.typesafe.config.Config;
import dev.connectors.core.internal.Checks;
import dev.connectors.core.internal.SettingsReader;
import java.time.Duration;
import java.util.Objects;
import org.apache.pekko.actor.ClassicActorSystemProvider;

/**
 * When {@link Committer} makes positions durable.
 *
 * <p>Immutable. Defaults are those of {@code connectors.committer} in {@code reference.conf}.
 */
public final class CommitterSettings {
  private static final String PATH = "connectors.committer";

  private final int maxBatch;
  private final Duration maxInterval;
  private final int parallelism;
  private final CommitOrder order;

  private CommitterSettings(
      int maxBatch, Duration maxInterval, int parallelism, CommitOrder order) {
    this.maxBatch = Checks.positive(PATH + ".max-batch", maxBatch);
    this.maxInterval = Checks.positive(PATH + ".max-interval", maxInterval);
    this.parallelism = Checks.positive(PATH + ".parallelism", parallelism);
    this.order = Objects.requireNonNull(order, PATH + ".order");
  }

  /** The settings at {@code connectors.committer} of the system's configuration. */
  public static CommitterSettings create(ClassicActorSystemProvider system) {
    return read(SettingsReader.of(system, PATH));
  }

  /** The settings in a block with the keys of {@code connectors.committer}. */
  public static CommitterSettings create(Config config) {
    return read(SettingsReader.of(config, PATH));
  }

  private static CommitterSettings read(SettingsReader reader) {
    return new CommitterSettings(
        reader.integer("max-batch"),
        reader.duration("max-interval"),
        reader.integer("parallelism"),
        reader.policy("order", CommitOrder.class));
  }

  /** Commits after this many elements. Default 1,000. */
  public CommitterSettings withMaxBatch(int value) {
    return new CommitterSettings(value, maxInterval, parallelism, order);
  }

  /** Commits this long after the first element of a batch that is not full. Default 500 ms. */
  public CommitterSettings withMaxInterval(Duration value) {
    return new CommitterSettings(maxBatch, value, parallelism, order);
  }

  /**
   * How many commits may wait for their confirmation; at the bound the committer stops pulling.
   * Default 32.
   */
  public CommitterSettings withParallelism(int value) {
    return new CommitterSettings(maxBatch, maxInterval, value, order);
  }

  /** What settling an element says of those before it. Default {@link CommitOrder#IN_ORDER}. */
  public CommitterSettings withOrder(CommitOrder value) {
    return new CommitterSettings(maxBatch, maxInterval, parallelism, value);
  }

  public int maxBatch() {
    return maxBatch;
  }

  public Duration maxInterval() {
    return maxInterval;
  }

  public int parallelism() {
    return parallelism;
  }

  public CommitOrder order() {
    return order;
  }

  @Override
  public String toString() {
    return "CommitterSettings(maxBatch=%d, maxInterval=%s, parallelism=%d, order=%s)"
        .formatted(maxBatch, maxInterval, parallelism, order);
  }
}
