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
 * when there is enough again.
 */
final class Inbox {
  /** How a connection ended; without a failure, at the end of what it was to bring. */
  record End(@Nullable Throwable failure) {}

  private static final long MOST_ASKED = 16; // each asking is a task of the client's thread

  private final long bound;
  private final Runnable onChange;
  private final Deque<ByteString> chunks = new ArrayDeque<>();
  private long buffered;
  private long received;
  private long wanted = Long.MAX_VALUE;
  private boolean isCut;
  private boolean isCalled;
  private long callAt = 1;
  private long come; // chunks so far
  private long largest; // of them
  private long asked; // chunks, which have not come yet
  private long askedSince;
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
    asked = 0;
    return opened;
  }

  /** Wants nothing more. */
  void close() {
    Feed closed;
    synchronized (this) {
      closed = feed;
      feed = null;
      asked = 0;
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
    return asked > 0 && end == null && askedSince - since < 0;
  }

  /**
   * Null if there is nothing: then the stage is called when there is.
   *
   * @param enough bytes, with which it is called; it always is at the end, and at a quarter of the
   *     bound, so that the client doesn't come to the bound meanwhile
   */
  @Nullable ByteString poll(long enough) {
    ByteString chunk;
    Feed open = null;
    long more = 0;
    synchronized (this) {
      chunk = chunks.poll();
      if (chunk == null) {
        isCalled = false;
        callAt = Math.min(enough, Math.max(1, bound / 4));
        return null;
      }
      buffered -= chunk.size();
      if (feed != null && feed.isOpen() && end == null && asked == 0 && isLow()) {
        open = feed;
        more = ask();
      }
    }
    if (open != null) {
      open.request(more);
    }
    return chunk;
  }

  /**
   * How many chunks to ask for now, which are taken for asked for then: as many as there is room
   * for if they are no larger than those before, and as have come, since the first ones may be
   * small; but none before it is worth it.
   */
  private long ask() {
    long more;
    if (received == wanted) {
      more = asked == 0 ? 1 : 0; // only the end is left to come: of a checksum, it is the outcome
    } else if (buffered >= bound) {
      more = 0;
    } else {
      long fitting = largest == 0 ? 1 : (bound - buffered) / largest;
      long room = Math.max(1, Math.min(Math.min(MOST_ASKED, come), fitting));
      more = asked == 0 || room - asked >= MOST_ASKED / 2 ? room - asked : 0;
    }
    asked += more;
    askedSince = System.nanoTime();
    return more;
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

    /** Whether it can be asked; before that, subscribing asks. */
    private boolean isOpen() {
      return subscription != null;
    }

    private void request(long more) {
      Subscription open = subscription;
      if (open != null && more > 0) {
        open.request(more);
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
      long more = 0;
      synchronized (Inbox.this) {
        isWanted = feed == this && subscription == null;
        if (isWanted) {
          subscription = opened;
          more = ask();
        }
      }
      if (!isWanted) {
        opened.cancel();
      } else {
        request(more);
      }
    }

    @Override
    public void onNext(ByteBuffer content) {
      ByteString chunk = wrap(content);
      long more = 0;
      boolean isDone = false;
      boolean isCalling = false;
      synchronized (Inbox.this) {
        if (feed != this || end != null) {
          return;
        }
        asked = Math.max(0, asked - 1);
        come++;
        largest = Math.max(largest, chunk.size());
        long left = wanted - received;
        if (chunk.size() > left) {
          chunk = chunk.take((int) left);
        }
        if (chunk.nonEmpty()) {
          chunks.add(chunk);
          buffered += chunk.size();
          received += chunk.size();
          isCalling = !isCalled && buffered >= callAt;
          isCalled |= isCalling;
        }
        if (isGivenUpWhenFull && received == wanted) {
          isDone = true;
          end = new End(null);
        } else {
          more = ask();
        }
      }
      if (isDone) {
        cancel();
      } else {
        request(more);
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
        asked = 0;
      }
      onChange.run();
    }
  }
}
