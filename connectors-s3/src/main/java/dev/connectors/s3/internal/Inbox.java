package dev.connectors.s3.internal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * What has come of one range of an object and was not taken yet. The client's threads fill it, over
 * one connection after another, and not beyond a bound; the stage empties it, and is called once
 * when there is something again.
 */
final class Inbox {
  /** How a connection ended; without a failure, at the end of what it was to bring. */
  record End(@Nullable Throwable failure) {}

  private final long bound;
  private final Runnable onChange;
  private final Deque<ByteString> chunks = new ArrayDeque<>();
  private long buffered;
  private long received;
  private long wanted = Long.MAX_VALUE;
  private boolean isCut;
  private boolean isCalled;
  private boolean isAsking;
  private long askingSince;
  private @Nullable Feed feed;
  private @Nullable End end;

  /**
   * @param bound bytes, from which on no more are asked for
   */
  Inbox(long bound, Runnable onChange) {
    this.bound = bound;
    this.onChange = onChange;
  }

  /**
   * How much there will be, once that is known.
   *
   * @param isCut whether the first connection would bring more, and is given up then
   */
  synchronized void expect(long bytes, boolean isCut) {
    wanted = bytes;
    this.isCut = isCut;
  }

  /** Takes what another connection brings, in the place of the one before. */
  synchronized Feed open() {
    Feed opened = new Feed(isCut && received == 0);
    feed = opened;
    end = null;
    return opened;
  }

  /** Wants nothing more. */
  void close() {
    Feed closed;
    synchronized (this) {
      closed = feed;
      feed = null;
      isAsking = false;
    }
    if (closed != null) {
      closed.cancel();
    }
  }

  /** Takes nothing, and frees the connection that it is subscribed to. */
  static Feed closedFeed() {
    Inbox closed = new Inbox(1, () -> {});
    Feed feed = closed.open();
    closed.close();
    return feed;
  }

  /** Everything that has come so far, taken or not. */
  synchronized long received() {
    return received;
  }

  /** Whether all that was expected has come. */
  synchronized boolean isFull() {
    return received == wanted;
  }

  synchronized boolean isEmpty() {
    return chunks.isEmpty();
  }

  /** Whether it is time to ask for more. */
  synchronized boolean isLow() {
    return buffered <= bound / 2;
  }

  synchronized @Nullable End end() {
    return end;
  }

  /** Whether something was asked for at {@code since} already and nothing has come. */
  synchronized boolean isStarvedSince(long since) {
    return isAsking && end == null && askingSince - since < 0;
  }

  /** Null if there is nothing: then the stage is called when there is. */
  @Nullable ByteString poll() {
    ByteString chunk;
    Feed asked = null;
    synchronized (this) {
      chunk = chunks.poll();
      if (chunk == null) {
        isCalled = false;
        return null;
      }
      buffered -= chunk.size();
      if (feed != null && end == null && !isAsking && isLow()) {
        asked = feed;
        asking();
      }
    }
    if (asked != null) {
      asked.request();
    }
    return chunk;
  }

  private void asking() {
    isAsking = true;
    askingSince = System.nanoTime();
  }

  /** Without a copy: the client hands over arrays and does not use them again. */
  private static ByteString wrap(ByteBuffer buffer) {
    return buffer.hasArray()
        ? ByteString.fromArrayUnsafe(
            buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining())
        : ByteString.fromByteBuffer(buffer);
  }

  /** What one connection brings. */
  final class Feed implements Subscriber<ByteBuffer> {
    private final boolean isGivenUpWhenFull;
    private volatile @Nullable Subscription subscription;

    private Feed(boolean isGivenUpWhenFull) {
      this.isGivenUpWhenFull = isGivenUpWhenFull;
    }

    private void request() {
      Subscription open = subscription;
      if (open != null) {
        open.request(1);
      }
    }

    private void cancel() {
      Subscription open = subscription;
      if (open != null) {
        open.cancel();
      }
    }

    @Override
    public void onSubscribe(Subscription opened) {
      boolean isWanted;
      boolean isAsked;
      synchronized (Inbox.this) {
        isWanted = feed == this && subscription == null;
        isAsked = isWanted && buffered < bound;
        if (isWanted) {
          subscription = opened;
        }
        if (isAsked) {
          asking();
        }
      }
      if (!isWanted) {
        opened.cancel();
      } else if (isAsked) {
        opened.request(1);
      }
    }

    @Override
    public void onNext(ByteBuffer content) {
      ByteString chunk = wrap(content);
      boolean isMore = false;
      boolean isDone = false;
      boolean isCalling = false;
      synchronized (Inbox.this) {
        if (feed != this || end != null) {
          return;
        }
        long left = wanted - received;
        if (chunk.size() > left) {
          chunk = chunk.take((int) left);
        }
        if (chunk.nonEmpty()) {
          chunks.add(chunk);
          buffered += chunk.size();
          received += chunk.size();
          isCalling = !isCalled;
          isCalled = true;
        }
        if (isGivenUpWhenFull && received == wanted) {
          isDone = true;
          end = new End(null);
        } else {
          // When all is there, only the end is left to come: of a checksum, it tells the outcome.
          isMore = buffered < bound || received == wanted;
        }
        isAsking = false;
        if (isMore) {
          asking();
        }
      }
      if (isDone) {
        cancel();
      } else if (isMore) {
        request();
      }
      if (isDone || isCalling) {
        onChange.run();
      }
    }

    @Override
    public void onError(Throwable failure) {
      ended(new End(failure));
    }

    /** The connection is gone: what it has brought and was not asked for is, too. */
    void lost(Throwable failure) {
      ended(new End(failure));
      cancel();
    }

    @Override
    public void onComplete() {
      ended(new End(null));
    }

    private void ended(End how) {
      synchronized (Inbox.this) {
        if (feed != this || end != null) {
          return;
        }
        end = how;
        isAsking = false;
      }
      onChange.run();
    }
  }
}
