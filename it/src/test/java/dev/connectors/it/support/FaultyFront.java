package dev.connectors.it.support;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Stands before a server as a proxy does, and answers in its place, or not at all, on demand. */
public final class FaultyFront implements AutoCloseable {
  static {
    // Or else each answer is held back by 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** What to answer in place of the server. */
  public record Fault(int status, String contentType, String body) {
    /** The connection is closed, and there is no answer. */
    public static final Fault RESET = new Fault(0, "", "");

    /** As Elasticsearch itself refuses a request. */
    public static Fault json(int status) {
      return new Fault(
          status,
          "application/json",
          "{\"error\":{\"type\":\"busy\",\"reason\":\"for a test\"},\"status\":" + status + "}");
    }

    /** As a proxy does that knows nothing of Elasticsearch. */
    public static Fault html(int status) {
      return new Fault(status, "text/html", "<html><body>" + status + "</body></html>");
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger requests = new AtomicInteger();
  private final URI server;
  private final HttpServer front;
  private final BiFunction<Integer, String, @Nullable Fault> faults;

  /**
   * Passes all requests on but those to a path that ends with {@code path} and for which {@code
   * faults} has a fault, by their number from 1 on and their body.
   */
  public FaultyFront(URI server, String path, BiFunction<Integer, String, @Nullable Fault> faults)
      throws IOException {
    this.server = server;
    this.faults = faults;
    front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    front.setExecutor(threads);
    front.createContext("/", exchange -> handle(exchange, path));
    front.start();
  }

  public String uri() {
    return "http://127.0.0.1:" + front.getAddress().getPort();
  }

  /** How many requests came that the faults are for. */
  public int requests() {
    return requests.get();
  }

  private void handle(HttpExchange exchange, String path) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Fault fault =
          exchange.getRequestURI().getPath().endsWith(path)
              ? faults.apply(requests.incrementAndGet(), new String(body, StandardCharsets.UTF_8))
              : null;
      if (fault == null) {
        passOn(exchange, body);
      } else if (fault.status() != 0) {
        if (fault.contentType().equals("application/json")) {
          exchange.getResponseHeaders().add("X-Elastic-Product", "Elasticsearch");
        }
        byte[] answer = fault.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", fault.contentType());
        exchange.sendResponseHeaders(fault.status(), answer.length);
        exchange.getResponseBody().write(answer);
      }
    }
  }

  private void passOn(HttpExchange exchange, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    for (String name : new String[] {"Content-Type", "Accept"}) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        request.header(name, value);
      }
    }
    HttpResponse<byte[]> response;
    try {
      response = http.send(request.build(), BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    for (String name : new String[] {"Content-Type", "X-Elastic-Product"}) {
      response
          .headers()
          .firstValue(name)
          .ifPresent(value -> exchange.getResponseHeaders().add(name, value));
    }
    exchange.sendResponseHeaders(
        response.statusCode(), response.body().length == 0 ? -1 : response.body().length);
    exchange.getResponseBody().write(response.body());
  }

  @Override
  public void close() {
    front.stop(0);
    threads.shutdownNow();
  }
}
