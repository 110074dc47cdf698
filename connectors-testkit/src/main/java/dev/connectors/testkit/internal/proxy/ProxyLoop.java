package dev.connectors.testkit.internal.proxy;

import dev.connectors.testkit.TcpProxy.Added;
import dev.connectors.testkit.TcpProxy.Direction;
import dev.connectors.testkit.Toxic;
import dev.connectors.testkit.internal.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread that serves all connections of a proxy. All state belongs to it; other threads hand it
 * tasks and wait for them.
 */
public final class ProxyLoop {
  private static final int MAX_LINKS = 1000;
  private static final int BIND_ATTEMPTS = 20;

  private record Task(Runnable action, CompletableFuture<Void> done) {
    void run() {
      try {
        action.run();
        done.complete(null);
      } catch (RuntimeException failure) {
        done.completeExceptionally(failure);
      }
    }

    void refuse() {
      done.completeExceptionally(new IllegalStateException("The proxy is closed"));
    }
  }

  private final class Addition implements Added {
    final Toxic toxic;
    final Direction direction;
    final double toxicity;

    Addition(Toxic toxic, Direction direction, double toxicity) {
      this.toxic = toxic;
      this.direction = direction;
      this.toxicity = toxicity;
    }

    @Override
    public void remove() {
      if (!closed) {
        callUnlessClosed(() -> removeAll(List.of(this)));
      }
    }
  }

  private final long start = System.nanoTime();
  private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();
  private final Set<Link> links = new LinkedHashSet<>();
  private final List<Addition> additions = new ArrayList<>();
  private final Selector selector;
  private final InetSocketAddress target;
  private final int port;
  private final Thread thread;
  private @Nullable SelectionKey listener;
  private volatile int open;
  private volatile boolean closing;
  private volatile boolean closed;

  private ProxyLoop(Selector selector, ServerSocketChannel server, InetSocketAddress target)
      throws IOException {
    this.selector = selector;
    this.target = target;
    this.port = server.socket().getLocalPort();
    this.listener = server.register(selector, SelectionKey.OP_ACCEPT);
    this.thread = new Thread(this::run, "tcp-proxy-" + port);
    thread.setDaemon(true);
  }

  /** A proxy on a free port. */
  public static ProxyLoop start(InetSocketAddress target) {
    try {
      ProxyLoop loop = new ProxyLoop(Selector.open(), listenAnywhere(), target);
      loop.thread.start();
      return loop;
    } catch (IOException failure) {
      throw new UncheckedIOException("The proxy could not be started", failure);
    }
  }

  private static ServerSocketChannel listenAnywhere() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return listen(Ports.free());
      } catch (BindException taken) {
        if (attempt == BIND_ATTEMPTS) {
          throw taken;
        }
      }
    }
  }

  private static ServerSocketChannel listen(int port) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.configureBlocking(false);
      return channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 128);
    } catch (IOException failure) {
      channel.close();
      throw failure;
    }
  }

  public int port() {
    return port;
  }

  public InetSocketAddress target() {
    return target;
  }

  public int connections() {
    return open;
  }

  public Added add(Toxic toxic, Direction direction, double toxicity) {
    Addition addition = new Addition(toxic, direction, toxicity);
    call(
        () -> {
          additions.add(addition);
          for (Link link : List.copyOf(links)) {
            give(addition, link);
            advance(link);
          }
        });
    return addition;
  }

  public void disable() {
    call(
        () -> {
          stopListening();
          List.copyOf(links).forEach(Link::close);
          forgetClosed();
        });
  }

  public void enable() {
    call(this::listenAgain);
  }

  public void heal() {
    call(
        () -> {
          removeAll(List.copyOf(additions));
          listenAgain();
        });
  }

  public void close() {
    closing = true;
    selector.wakeup();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has the loop's thread do it, and waits. */
  private void call(Runnable action) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    tasks.add(new Task(action, done));
    selector.wakeup();
    if (closed) {
      refuseTasks();
    }
    try {
      done.join();
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failure;
    }
  }

  private void callUnlessClosed(Runnable action) {
    try {
      call(action);
    } catch (IllegalStateException unexpected) {
      if (!closed) {
        throw unexpected;
      }
    }
  }

  private void refuseTasks() {
    for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
      task.refuse();
    }
  }

  private void run() {
    try {
      long due = Long.MAX_VALUE;
      while (!closing) {
        select(due);
        for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        for (SelectionKey key : selector.selectedKeys()) {
          if (!key.isValid()) {
            continue;
          }
          if (key.attachment() instanceof Link link) {
            link.ready(key, now());
          } else {
            accept();
          }
        }
        selector.selectedKeys().clear();
        due = Long.MAX_VALUE;
        for (Link link : links) {
          due = Math.min(due, link.advance(now()));
        }
        forgetClosed();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } finally {
      end();
    }
  }

  /** Nanoseconds since the start, so that times can be compared without overflow. */
  private long now() {
    return System.nanoTime() - start;
  }

  private void select(long due) throws IOException {
    if (!tasks.isEmpty() || closing) {
      selector.selectNow();
    } else if (due == Long.MAX_VALUE) {
      selector.select();
    } else {
      // Rounded up: nothing passes too early.
      long nanos = Math.max(0, due - now()) + TimeUnit.MILLISECONDS.toNanos(1) - 1;
      selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
    }
  }

  private void accept() throws IOException {
    SelectionKey key = listener;
    if (key == null || !(key.channel() instanceof ServerSocketChannel server)) {
      return;
    }
    SocketChannel client;
    try {
      client = server.accept();
    } catch (IOException gone) {
      return; // The client has given up meanwhile.
    }
    if (client != null) {
      Link link = Link.open(selector, client, target);
      links.add(link);
      open = links.size();
      additions.forEach(addition -> give(addition, link));
      if (links.size() >= MAX_LINKS) {
        key.interestOps(0);
      }
    }
  }

  private void give(Addition addition, Link link) {
    // 1 is not drawn: it is always less.
    if (Math.random() < addition.toxicity) {
      link.add(addition, addition.toxic, addition.direction, now());
    }
  }

  private void advance(Link link) {
    link.advance(now());
    forgetClosed();
  }

  private void removeAll(List<Addition> removed) {
    additions.removeAll(removed);
    for (Link link : links) {
      removed.forEach(link::remove);
    }
  }

  private void forgetClosed() {
    links.removeIf(Link::isClosed);
    open = links.size();
    SelectionKey key = listener;
    if (key != null && links.size() < MAX_LINKS) {
      key.interestOps(SelectionKey.OP_ACCEPT);
    }
  }

  private void listenAgain() {
    if (listener == null) {
      try {
        listener = listen(port).register(selector, SelectionKey.OP_ACCEPT);
      } catch (IOException failure) {
        throw new UncheckedIOException("Port " + port + " is taken", failure);
      }
    }
  }

  private void stopListening() {
    SelectionKey key = listener;
    if (key != null) {
      listener = null;
      try {
        key.channel().close();
        selector.selectNow(); // A registered channel is closed no sooner.
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }

  private void end() {
    closed = true;
    links.forEach(Link::close);
    links.clear();
    open = 0;
    try {
      SelectionKey key = listener;
      if (key != null) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } finally {
      refuseTasks();
    }
  }
}
