package dev.connectors.testkit;

import dev.connectors.testkit.internal.proxy.ProxyLoop;
import java.net.InetSocketAddress;

/**
 * A network that fails on demand: stands on 127.0.0.1 before any TCP server, and delays, throttles,
 * swallows, resets or refuses the connections of the clients that connect to {@link #port()}.
 *
 * <pre>{@code
 * KafkaServer kafka = KafkaServer.create().withProxy().start();
 * run(pipeline, kafka.bootstrapServers());
 * TcpProxy.Added slow = kafka.proxy().downstream(Toxic.latency(Duration.ofMillis(200)));
 * …
 * slow.remove();
 * kafka.proxy().disable();
 * …
 * kafka.proxy().heal();
 * }</pre>
 *
 * <p>Toxics may be added and removed at any time; they act on the connections that there are and on
 * those to come, in one direction each. Several toxics add up. A change is in effect when the
 * method returns. Without a toxic, data passes as it comes, and so do the end of input, one
 * direction at a time, and resets.
 *
 * <p>It tells nothing from the data, so a server that names its own address to its clients must
 * name the proxy's: Kafka in {@code advertised.listeners}, as {@link KafkaServer#withProxy()} does.
 *
 * <p>One thread serves all connections, and holds at most 1 MiB of each in each direction: a delay
 * therefore bounds the throughput, as a window does in a real network. With 1,000 connections, no
 * more are accepted until one is closed. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
  /** Which data a toxic acts on. */
  public enum Direction {
    /** From the client to the server. */
    UPSTREAM,
    /** From the server to the client. */
    DOWNSTREAM
  }

  /** A toxic that was added to a proxy. */
  public interface Added {
    /** Ends the toxic; does nothing if it was removed. */
    void remove();
  }

  private final ProxyLoop loop;

  private TcpProxy(ProxyLoop loop) {
    this.loop = loop;
  }

  /** A proxy before {@code server}, which need not run yet. */
  public static TcpProxy to(TestServer server) {
    return to(server.host(), server.port());
  }

  /** A proxy before the server at {@code host} and {@code port}, which need not run yet. */
  public static TcpProxy to(String host, int port) {
    InetSocketAddress target = new InetSocketAddress(host, port);
    if (target.isUnresolved()) {
      throw new IllegalArgumentException("host = " + host + ": is not known");
    }
    return new TcpProxy(ProxyLoop.start(target));
  }

  /** Where clients connect to, at 127.0.0.1; the same until {@link #close()}. */
  public int port() {
    return loop.port();
  }

  /** {@link #port()} as a host and port, such as {@code 127.0.0.1:21234}. */
  public String address() {
    return "127.0.0.1:" + port();
  }

  /** Adds a toxic for what clients send. */
  public Added upstream(Toxic toxic) {
    return add(toxic, Direction.UPSTREAM, 1);
  }

  /** Adds a toxic for what the server sends. */
  public Added downstream(Toxic toxic) {
    return add(toxic, Direction.DOWNSTREAM, 1);
  }

  /**
   * Adds a toxic.
   *
   * @param toxicity the probability of a connection to be affected, from 0 to 1
   */
  public Added add(Toxic toxic, Direction direction, double toxicity) {
    if (!(toxicity >= 0 && toxicity <= 1)) {
      throw new IllegalArgumentException("toxicity = " + toxicity + ": from 0 to 1 is allowed");
    }
    return loop.add(toxic, direction, toxicity);
  }

  /** Closes all connections and refuses new ones; does nothing while disabled. */
  public void disable() {
    loop.disable();
  }

  /** Accepts connections again, on the same port; does nothing while enabled. */
  public void enable() {
    loop.enable();
  }

  /** Removes all toxics and enables the proxy. */
  public void heal() {
    loop.heal();
  }

  /** How many connections are open. */
  public int connections() {
    return loop.connections();
  }

  /** Closes all connections and ends for good. No thread is left. */
  @Override
  public void close() {
    loop.close();
  }

  @Override
  public String toString() {
    return "TcpProxy " + address() + " to " + loop.target();
  }
}
