package dev.connectors.testkit.internal.proxy;

import dev.connectors.testkit.Toxic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One direction of a connection: what was read and not yet written, and the toxics that say when it
 * may be. When is decided anew for the oldest data each time, so that toxics can come and go.
 */
final class Pipe {
  private static final int READ_BYTES = 64 * 1024;
  private static final int MAX_HELD = 1024 * 1024;
  private static final long NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A throttled pipe writes this many times a second, or byte by byte. */
  private static final long WRITES_A_SECOND = 20;

  /** What one read gave; {@code chance}, from -1 to 1, is its share of the jitter. */
  private record Chunk(ByteBuffer bytes, long arrived, double chance) {}

  final List<Dose> doses = new ArrayList<>();
  private final Deque<Chunk> chunks = new ArrayDeque<>();
  private final SocketChannel from;
  private final SocketChannel to;
  private long held;

  /** No piece is written before. */
  private long next;

  private long ended = -1;
  private boolean blocked;
  private boolean over;
  private boolean done;

  Pipe(SocketChannel from, SocketChannel to) {
    this.from = from;
    this.to = to;
  }

  void remove(Object origin) {
    if (doses.removeIf(dose -> dose.origin.equals(origin))) {
      next = 0; // The pause may have been that toxic's.
    }
  }

  boolean wantsToRead() {
    return ended < 0 && held < MAX_HELD;
  }

  boolean wantsToWrite() {
    return blocked;
  }

  /** Whether a limit is reached. */
  boolean isOver() {
    return over;
  }

  /** Whether all has been passed on, the end of input included. */
  boolean isDone() {
    return done;
  }

  void read(long now) throws IOException {
    if (!wantsToRead()) {
      return;
    }
    ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
    int read = from.read(buffer);
    if (read < 0) {
      ended = now;
    } else if (read > 0) {
      byte[] bytes = new byte[read];
      buffer.flip().get(bytes);
      double chance = ThreadLocalRandom.current().nextDouble(-1, 1);
      chunks.add(new Chunk(ByteBuffer.wrap(bytes), now, chance));
      held += read;
    }
  }

  /** Writes what is due; returns when something will be next. */
  long pump(long now) throws IOException {
    blocked = false;
    if (over || done || isSwallowed()) {
      return Long.MAX_VALUE;
    }
    for (Chunk chunk = chunks.peek(); chunk != null; chunk = chunks.peek()) {
      long due = Math.max(next, chunk.arrived + delay(chunk));
      if (due > now) {
        return due;
      }
      int piece = piece(chunk.bytes.remaining());
      int written = piece == 0 ? 0 : write(chunk.bytes, piece);
      next = Math.max(next, now + pauseAfter(written));
      if (over) {
        return Long.MAX_VALUE;
      }
      if (written < piece) {
        blocked = true;
        return Long.MAX_VALUE;
      }
      if (!chunk.bytes.hasRemaining()) {
        chunks.remove();
      }
    }
    return ended < 0 ? Long.MAX_VALUE : passEndOn(now);
  }

  private long passEndOn(long now) throws IOException {
    long due = ended;
    for (Dose dose : doses) {
      if (dose.toxic instanceof Toxic.SlowClose slow) {
        due = Math.max(due, ended + slow.delay().toNanos());
      }
    }
    if (due > now) {
      return due;
    }
    to.shutdownOutput();
    done = true;
    return Long.MAX_VALUE;
  }

  private boolean isSwallowed() {
    for (Dose dose : doses) {
      if (dose.toxic instanceof Toxic.Timeout) {
        return true;
      }
    }
    return false;
  }

  private long delay(Chunk chunk) {
    long delay = 0;
    for (Dose dose : doses) {
      if (dose.toxic instanceof Toxic.Latency latency) {
        long jitter = (long) (latency.jitter().toNanos() * chunk.chance);
        delay += Math.max(0, latency.delay().toNanos() + jitter);
      }
    }
    return delay;
  }

  /** How much of {@code remaining} may be written at once. */
  private int piece(int remaining) {
    long piece = remaining;
    for (Dose dose : doses) {
      if (dose.toxic instanceof Toxic.Slicer slicer) {
        int variation = slicer.sizeVariation();
        int drawn = ThreadLocalRandom.current().nextInt(-variation, variation + 1);
        piece = Math.min(piece, slicer.averageSize() + drawn);
      } else if (dose.toxic instanceof Toxic.Bandwidth bandwidth) {
        piece = Math.min(piece, Math.max(1, bandwidth.bytesPerSecond() / WRITES_A_SECOND));
      } else if (dose.toxic instanceof Toxic.LimitData limit) {
        piece = Math.min(piece, limit.bytes() - dose.passed);
        over |= piece <= 0;
      }
    }
    return (int) Math.max(0, piece);
  }

  private int write(ByteBuffer bytes, int piece) throws IOException {
    int written = to.write(bytes.slice(bytes.position(), piece));
    bytes.position(bytes.position() + written);
    held -= written;
    for (Dose dose : doses) {
      dose.passed += written;
      over |= dose.toxic instanceof Toxic.LimitData limit && dose.passed >= limit.bytes();
    }
    return written;
  }

  private long pauseAfter(int written) {
    long pause = 0;
    for (Dose dose : doses) {
      if (dose.toxic instanceof Toxic.Slicer slicer && written > 0) {
        Duration delay = slicer.delay();
        pause = Math.max(pause, delay.toNanos());
      } else if (dose.toxic instanceof Toxic.Bandwidth bandwidth) {
        pause = Math.max(pause, written * NANOS / bandwidth.bytesPerSecond());
      }
    }
    return pause;
  }
}
