package dev.connectors.it.support;

import dev.connectors.testkit.TestServer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a server that speaks HTTP and passes each byte on, so that signatures stay right;
 * but for requests that have a fault.
 */
public final class HttpFront implements AutoCloseable {
  /** What goes wrong with a request. */
  public enum Fault {
    NONE,
    /** The server never sees it: the answer is 503 SlowDown. */
    SLOW_DOWN,
    /** A bit in the middle of its body is another. */
    CORRUPT_REQUEST,
    /** A bit in the middle of the answer's body is another. */
    CORRUPT_ANSWER
  }

  /**
   * What faults are decided by.
   *
   * @param number from 1, of all requests
   * @param target path and query
   */
  public record Request(int number, String method, String target) {}

  private static final byte[] SLOW_DOWN =
      "<?xml version=\"1.0\"?><Error><Code>SlowDown</Code><Message>for a test</Message></Error>"
          .getBytes(StandardCharsets.UTF_8);

  private final TestServer server;
  private final Function<Request, Fault> faults;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger faulty = new AtomicInteger();

  public HttpFront(TestServer server, Function<Request, Fault> faults) throws IOException {
    this.server = server;
    this.faults = faults;
    listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    start("http-front", this::accept);
  }

  public int port() {
    return listening.getLocalPort();
  }

  /** How many requests came. */
  public int requests() {
    return requests.get();
  }

  /** How many of them had a fault. */
  public int faulty() {
    return faulty.get();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listening.accept();
      start("http-front-connection", () -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    open.add(client);
    try (client;
        Socket behind = new Socket(server.host(), server.port())) {
      open.add(behind);
      client.setTcpNoDelay(true);
      behind.setTcpNoDelay(true);
      Link link = new Link(client, behind);
      while (link.exchange()) {}
      open.remove(behind);
    } finally {
      open.remove(client);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException ended) {
                // By one end or the other: so are its exchanges.
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  /** A client's connection and that to the server behind. */
  private final class Link {
    private final InputStream fromClient;
    private final OutputStream toClient;
    private final InputStream fromServer;
    private final OutputStream toServer;

    Link(Socket client, Socket behind) throws IOException {
      fromClient = new BufferedInputStream(client.getInputStream(), 1 << 16);
      toClient = client.getOutputStream();
      fromServer = new BufferedInputStream(behind.getInputStream(), 1 << 16);
      toServer = behind.getOutputStream();
    }

    /** One request and its answer; false when there are no more. */
    boolean exchange() throws IOException {
      Head asked = Head.read(fromClient);
      if (asked == null) {
        return false;
      }
      String[] line = asked.firstLine().split(" ", 3);
      Fault fault = faults.apply(new Request(requests.incrementAndGet(), line[0], line[1]));
      if (fault != Fault.NONE) {
        faulty.incrementAndGet();
      }
      if (asked.has("expect")) {
        toClient.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      }
      if (fault == Fault.SLOW_DOWN) {
        asked.passBody(fromClient, OutputStream.nullOutputStream(), false);
        slowDown();
        return true;
      }
      toServer.write(asked.without("expect"));
      asked.passBody(fromClient, toServer, fault == Fault.CORRUPT_REQUEST);
      toServer.flush();
      Head answer = Head.read(fromServer);
      if (answer == null) {
        return false;
      }
      toClient.write(answer.without("none"));
      if (!line[0].equals("HEAD")) {
        answer.passBody(fromServer, toClient, fault == Fault.CORRUPT_ANSWER);
      }
      toClient.flush();
      return true;
    }

    private void slowDown() throws IOException {
      toClient.write(
          ("HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nContent-Length: "
                  + SLOW_DOWN.length
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.ISO_8859_1));
      toClient.write(SLOW_DOWN);
      toClient.flush();
    }
  }

  /** What precedes a body. */
  private record Head(String text) {
    static @Nullable Head read(InputStream in) throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      int last = 0;
      while (last != 0x0D0A0D0A) { // two line ends
        int next = in.read();
        if (next < 0) {
          return null;
        }
        head.write(next);
        last = last << 8 | next;
      }
      return new Head(head.toString(StandardCharsets.ISO_8859_1));
    }

    String firstLine() {
      return text.substring(0, text.indexOf('\r'));
    }

    boolean has(String name) {
      return value(name) != null;
    }

    byte[] without(String name) {
      StringBuilder left = new StringBuilder();
      for (String line : text.lines().toList()) {
        if (!line.isEmpty() && !line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
          left.append(line).append("\r\n");
        }
      }
      return left.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private @Nullable String value(String name) {
      for (String line : text.lines().toList()) {
        if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
          return line.substring(name.length() + 1).strip();
        }
      }
      return null;
    }

    void passBody(InputStream from, OutputStream to, boolean isCorrupt) throws IOException {
      String length = value("content-length");
      if (length != null) {
        pass(from, to, Long.parseLong(length), isCorrupt);
      } else if (has("transfer-encoding")) {
        passChunks(from, to, isCorrupt);
      }
    }

    private static void passChunks(InputStream from, OutputStream to, boolean isCorrupt)
        throws IOException {
      boolean isFirst = true;
      long size = -1;
      while (size != 0) {
        String line = line(from);
        to.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        int extension = line.indexOf(';');
        size = Long.parseLong(extension < 0 ? line : line.substring(0, extension), 16);
        pass(from, to, size, isCorrupt && isFirst);
        isFirst = false;
        if (size > 0) {
          to.write((line(from) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
      }
      String trailer;
      do {
        trailer = line(from);
        to.write((trailer + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      } while (!trailer.isEmpty());
    }

    private static String line(InputStream from) throws IOException {
      StringBuilder line = new StringBuilder();
      for (int next = from.read(); next != '\n'; next = from.read()) {
        if (next < 0) {
          throw new EOFException();
        }
        if (next != '\r') {
          line.append((char) next);
        }
      }
      return line.toString();
    }

    private static void pass(InputStream from, OutputStream to, long length, boolean isCorrupt)
        throws IOException {
      byte[] buffer = new byte[1 << 16];
      long passed = 0;
      while (passed < length) {
        int count = from.read(buffer, 0, (int) Math.min(buffer.length, length - passed));
        if (count < 0) {
          throw new EOFException();
        }
        long middle = length / 2 - passed;
        if (isCorrupt && middle >= 0 && middle < count) {
          buffer[(int) middle] ^= 1;
        }
        to.write(buffer, 0, count);
        passed += count;
      }
    }
  }
}
