package dev.connectors.file.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Between a stage and a thread that may block: chunks go to it and others come back, both bounded.
 * The stage is woken when there is something for it to do that was not there before.
 */
final class Exchange {
  private static final int MOST = 4;

  private final Runnable wake;
  private final Queue<ByteString> input = new ArrayDeque<>();
  private final Queue<ByteString> output = new ArrayDeque<>();
  private boolean inputEnded;
  private boolean outputEnded;
  private @Nullable Throwable failure;
  private boolean aborted;

  /**
   * @param wake called by the thread
   */
  Exchange(Runnable wake) {
    this.wake = wake;
  }

  // ---- the stage

  /** Whether there is still room afterwards. */
  synchronized boolean put(ByteString chunk) {
    input.add(chunk);
    notifyAll();
    return hasRoom();
  }

  synchronized boolean hasRoom() {
    return input.size() < MOST;
  }

  synchronized void endInput() {
    inputEnded = true;
    notifyAll();
  }

  synchronized @Nullable ByteString poll() {
    ByteString chunk = output.poll();
    if (chunk != null && output.size() == MOST - 1) {
      notifyAll();
    }
    return chunk;
  }

  /** Whether no more output comes than was given by {@link #poll}. */
  synchronized boolean isAtEnd() {
    return outputEnded && output.isEmpty();
  }

  synchronized @Nullable Throwable failure() {
    return failure;
  }

  /** The thread fails with its next call. */
  synchronized void abort() {
    aborted = true;
    input.clear();
    output.clear();
    notifyAll();
  }

  // ---- the thread

  /** The next input; null at its end. */
  @Nullable ByteString take() throws IOException {
    boolean wasFull;
    ByteString chunk;
    synchronized (this) {
      try {
        while (input.isEmpty() && !inputEnded && !aborted) {
          wait();
        }
      } catch (InterruptedException e) {
        throw interrupted();
      }
      check();
      wasFull = !hasRoom();
      chunk = input.poll();
    }
    if (wasFull) {
      wake.run();
    }
    return chunk;
  }

  void emit(ByteString chunk) throws IOException {
    boolean wasEmpty;
    synchronized (this) {
      try {
        while (output.size() == MOST && !aborted) {
          wait();
        }
      } catch (InterruptedException e) {
        throw interrupted();
      }
      check();
      wasEmpty = output.isEmpty();
      output.add(chunk);
    }
    if (wasEmpty) {
      wake.run();
    }
  }

  void endOutput(@Nullable Throwable cause) {
    synchronized (this) {
      outputEnded = true;
      failure = cause;
    }
    wake.run();
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted");
  }

  private void check() throws IOException {
    if (aborted) {
      throw new InterruptedIOException("the stream has ended");
    }
  }

  /** The input as the thread's libraries want it. */
  final class Input extends InputStream {
    private byte[] chunk = {};
    private int next;
    private long count;
    private boolean ended;

    /** How many bytes were read. */
    long count() {
      return count;
    }

    @Override
    public int read() throws IOException {
      if (!fill()) {
        return -1;
      }
      count++;
      return chunk[next++] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int copied = Math.min(length, chunk.length - next);
      System.arraycopy(chunk, next, bytes, offset, copied);
      next += copied;
      count += copied;
      return copied;
    }

    @Override
    public int available() {
      return chunk.length - next;
    }

    private boolean fill() throws IOException {
      while (next == chunk.length && !ended) {
        ByteString taken = take();
        ended = taken == null;
        chunk = taken == null ? new byte[0] : taken.toArrayUnsafe();
        next = 0;
      }
      return !ended;
    }
  }
}
