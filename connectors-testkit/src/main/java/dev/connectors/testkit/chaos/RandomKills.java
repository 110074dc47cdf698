package dev.connectors.testkit.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills a pipeline at random moments, and remembers them for the {@link ChaosReport}.
 *
 * <p>The moments come from a seed, which is logged and reported. {@code
 * -Dconnectors.chaos.seed=<seed>} draws the same delays again; what the pipeline does meanwhile
 * still depends on the machine. Thread-safe.
 */
public final class RandomKills {
  private static final Logger LOG = LoggerFactory.getLogger(RandomKills.class);
  private static final String SEED = "connectors.chaos.seed";

  private final List<Kill> kills = new ArrayList<>();
  private final long seed;
  private final Random random;

  /**
   * One kill.
   *
   * @param run of the pipeline, from 1 on
   * @param delay that was drawn
   * @param sinceStart for how long the run had been up
   */
  public record Kill(int run, Duration delay, Duration sinceStart) {}

  private RandomKills(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    LOG.info("Random kills from seed {}: -D{}={} draws the same", seed, SEED, seed);
  }

  /** From the seed of {@code -Dconnectors.chaos.seed}, or a new one. */
  public static RandomKills create() {
    Long given = Long.getLong(SEED);
    return withSeed(given == null ? new Random().nextLong() : given);
  }

  /** From this seed. */
  public static RandomKills withSeed(long seed) {
    return new RandomKills(seed);
  }

  /** The seed. */
  public long seed() {
    return seed;
  }

  /**
   * Waits for a random time shorter than {@code within}, then kills the pipeline.
   *
   * @throws AssertionError if the pipeline has ended by itself; it quotes the end of the output
   */
  public synchronized Kill kill(ForkedPipeline pipeline, Duration within) {
    long bound = within.toNanos();
    if (bound <= 0) {
      throw new IllegalArgumentException("within = " + within + ": longer than zero is allowed");
    }
    long delay = random.nextLong(bound);
    long start = System.nanoTime();
    for (long rest = delay; rest > 0; rest = delay - (System.nanoTime() - start)) {
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("interrupted before the kill");
      }
      LockSupport.parkNanos(rest);
    }
    pipeline.assertRunning();
    Kill kill = new Kill(pipeline.runs(), Duration.ofNanos(delay), pipeline.sinceStart());
    pipeline.kill();
    kills.add(kill);
    return kill;
  }

  /** All kills, in order. */
  public synchronized List<Kill> kills() {
    return List.copyOf(kills);
  }

  /** The seed and the moments, for messages. */
  @Override
  public synchronized String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%d kills from seed %d (-D%s=%d draws the same)".formatted(kills.size(), seed, SEED, seed));
    for (Kill kill : kills) {
      text.append(
          "%n  run %d: killed %d ms after its start, %d ms of them drawn"
              .formatted(kill.run, kill.sinceStart.toMillis(), kill.delay.toMillis()));
    }
    return text.toString();
  }
}
