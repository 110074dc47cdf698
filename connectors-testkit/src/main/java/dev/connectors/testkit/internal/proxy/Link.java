package dev.connectors.testkit.internal.proxy;

import dev.connectors.testkit.TcpProxy.Direction;
import dev.connectors.testkit.Toxic;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;

/** A client's connection and the one to the server behind it, with a pipe in each direction. */
final class Link {
  private final SocketChannel client;
  private final SocketChannel server;
  private final SelectionKey clientKey;
  private final SelectionKey serverKey;
  private final Pipe upstream;
  private final Pipe downstream;
  private boolean connected;
  private boolean closed;

  private Link(
      SocketChannel client, SocketChannel server, SelectionKey clientKey, SelectionKey serverKey) {
    this.client = client;
    this.server = server;
    this.clientKey = clientKey;
    this.serverKey = serverKey;
    this.upstream = new Pipe(client, server);
    this.downstream = new Pipe(server, client);
  }

  static Link open(Selector selector, SocketChannel client, InetSocketAddress target)
      throws IOException {
    SocketChannel server = SocketChannel.open();
    for (SocketChannel channel : List.of(client, server)) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    Link link =
        new Link(client, server, client.register(selector, 0), server.register(selector, 0));
    link.clientKey.attach(link);
    link.serverKey.attach(link);
    try {
      link.connected = server.connect(target);
    } catch (IOException refused) {
      link.reset();
    }
    return link;
  }

  void add(Object origin, Toxic toxic, Direction direction, long now) {
    pipe(direction).doses.add(new Dose(origin, toxic, now));
  }

  void remove(Object origin) {
    upstream.remove(origin);
    downstream.remove(origin);
  }

  private Pipe pipe(Direction direction) {
    return direction == Direction.UPSTREAM ? upstream : downstream;
  }

  /** One of the two channels can do something. */
  void ready(SelectionKey key, long now) {
    try {
      if (key.isConnectable()) {
        connected = server.finishConnect();
      }
      if (key.isReadable()) {
        (key.equals(clientKey) ? upstream : downstream).read(now);
      }
    } catch (IOException broken) {
      reset();
    }
  }

  /** Does what is due; returns when something will be next. */
  long advance(long now) {
    if (closed) {
      return Long.MAX_VALUE;
    }
    try {
      long due = Math.min(end(upstream, now), end(downstream, now));
      if (closed || !connected) {
        watch();
        return due;
      }
      due = Math.min(due, Math.min(upstream.pump(now), downstream.pump(now)));
      if (upstream.isOver() || downstream.isOver() || (upstream.isDone() && downstream.isDone())) {
        close();
      }
      watch();
      return due;
    } catch (IOException broken) {
      reset();
      return Long.MAX_VALUE;
    }
  }

  /** Closes or resets the connection if a toxic says so; returns when one will. */
  private long end(Pipe pipe, long now) {
    long next = Long.MAX_VALUE;
    for (Dose dose : pipe.doses) {
      if (dose.toxic instanceof Toxic.ResetPeer reset) {
        long due = dose.since + reset.after().toNanos();
        if (now >= due) {
          reset();
        }
        next = Math.min(next, due);
      } else if (dose.toxic instanceof Toxic.Timeout timeout && !timeout.after().isZero()) {
        long due = dose.since + timeout.after().toNanos();
        if (now >= due) {
          close();
        }
        next = Math.min(next, due);
      }
    }
    return next;
  }

  /** Asks the selector for what the pipes need. */
  private void watch() {
    if (!closed) {
      clientKey.interestOps(interest(upstream, downstream));
      serverKey.interestOps(connected ? interest(downstream, upstream) : SelectionKey.OP_CONNECT);
    }
  }

  private static int interest(Pipe out, Pipe in) {
    return (out.wantsToRead() ? SelectionKey.OP_READ : 0)
        | (in.wantsToWrite() ? SelectionKey.OP_WRITE : 0);
  }

  boolean isClosed() {
    return closed;
  }

  void close() {
    closed = true;
    closeQuietly(client);
    closeQuietly(server);
  }

  /** Both ends see a reset instead of an end. */
  private void reset() {
    for (SocketChannel channel : List.of(client, server)) {
      try {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      } catch (IOException gone) {
        // Then there is nobody to see it.
      }
    }
    close();
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException broken) {
      // It is closed all the same.
    }
  }
}
