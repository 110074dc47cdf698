package dev.connectors.testkit;

import java.time.Duration;

/**
 * Something that is wrong with a connection through a {@link TcpProxy}, in the vocabulary of
 * Toxiproxy. Immutable; times go up to a day and have a resolution of one millisecond.
 *
 * @see <a href="https://github.com/Shopify/toxiproxy#toxics">Toxiproxy's toxics</a>
 */
public sealed interface Toxic {

  /** Passes all data on {@code delay} after it came. What is in between is not lost on removal. */
  static Latency latency(Duration delay) {
    return new Latency(delay, Duration.ZERO);
  }

  /** Passes on at most this many bytes a second, of each connection. */
  static Bandwidth bandwidth(long bytesPerSecond) {
    return new Bandwidth(bytesPerSecond);
  }

  /**
   * A black hole: nothing passes, and each connection is closed {@code after} this was added or the
   * connection was opened. With {@link Duration#ZERO} it stays open, and what was sent meanwhile
   * passes when this is removed, as after packets were lost. (Toxiproxy drops it, and closes.)
   */
  static Timeout timeout(Duration after) {
    return new Timeout(after);
  }

  /**
   * Both ends of each connection see "connection reset by peer" {@code after} this was added or the
   * connection was opened; with {@link Duration#ZERO}, at once.
   */
  static ResetPeer resetPeer(Duration after) {
    return new ResetPeer(after);
  }

  /** One end learns {@code delay} late that the other has closed. */
  static SlowClose slowClose(Duration delay) {
    return new SlowClose(delay);
  }

  /** Passes data on in pieces of {@code averageSize} bytes. */
  static Slicer slicer(int averageSize) {
    return new Slicer(averageSize, 0, Duration.ZERO);
  }

  /** Closes each connection once this many bytes of it have passed since this was added. */
  static LimitData limitData(long bytes) {
    return new LimitData(bytes);
  }

  /**
   * See {@link #latency}.
   *
   * @param delay of all data, at least zero
   * @param jitter up to which each delay is longer or shorter by chance; the order is kept
   */
  record Latency(Duration delay, Duration jitter) implements Toxic {
    /** Checks what is given. */
    public Latency {
      check("delay", delay);
      check("jitter", jitter);
    }

    /** The same delay, longer or shorter by up to {@code jitter}: none if unset. */
    public Latency withJitter(Duration jitter) {
      return new Latency(delay, jitter);
    }
  }

  /**
   * See {@link #bandwidth}.
   *
   * @param bytesPerSecond at least 1
   */
  record Bandwidth(long bytesPerSecond) implements Toxic {
    /** Checks what is given. */
    public Bandwidth {
      check("bytesPerSecond", bytesPerSecond, 1);
    }
  }

  /**
   * See {@link #timeout}.
   *
   * @param after until the connection is closed; zero: it stays open
   */
  record Timeout(Duration after) implements Toxic {
    /** Checks what is given. */
    public Timeout {
      check("after", after);
    }
  }

  /**
   * See {@link #resetPeer}.
   *
   * @param after until the connection is reset; zero: at once
   */
  record ResetPeer(Duration after) implements Toxic {
    /** Checks what is given. */
    public ResetPeer {
      check("after", after);
    }
  }

  /**
   * See {@link #slowClose}.
   *
   * @param delay at least zero
   */
  record SlowClose(Duration delay) implements Toxic {
    /** Checks what is given. */
    public SlowClose {
      check("delay", delay);
    }
  }

  /**
   * See {@link #slicer}.
   *
   * @param averageSize of a piece in bytes, at least 1
   * @param sizeVariation by up to which a piece is larger or smaller, less than {@code averageSize}
   * @param delay between two pieces
   */
  record Slicer(int averageSize, int sizeVariation, Duration delay) implements Toxic {
    /** Checks what is given. */
    public Slicer {
      check("averageSize", averageSize, 1);
      check("sizeVariation", sizeVariation, 0);
      if (sizeVariation >= averageSize) {
        throw new IllegalArgumentException(
            "sizeVariation = " + sizeVariation + ": less than averageSize is allowed");
      }
      check("delay", delay);
    }

    /** The same pieces, larger or smaller by up to {@code bytes}: 0 if unset. */
    public Slicer withSizeVariation(int bytes) {
      return new Slicer(averageSize, bytes, delay);
    }

    /** The same pieces, {@code delay} apart: zero if unset. */
    public Slicer withDelay(Duration delay) {
      return new Slicer(averageSize, sizeVariation, delay);
    }
  }

  /**
   * See {@link #limitData}.
   *
   * @param bytes at least 0, which closes a connection at its first byte
   */
  record LimitData(long bytes) implements Toxic {
    /** Checks what is given. */
    public LimitData {
      check("bytes", bytes, 0);
    }
  }

  private static void check(String name, Duration duration) {
    if (duration.isNegative() || duration.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          name + " = " + duration + ": from zero to one day is allowed");
    }
  }

  private static void check(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + " = " + value + ": at least " + least + " is allowed");
    }
  }
}
