package dev.connectors.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Sends back what it is sent, and closes when its client does. */
final class EchoServer implements AutoCloseable {
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ServerSocket server;

  EchoServer() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        open.add(socket);
        daemon(() -> echo(socket));
      }
    } catch (IOException closed) {
      // The end of the test.
    }
  }

  private void echo(Socket socket) {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException reset) {
      // A fault, or the end of the test.
    } finally {
      open.remove(socket);
    }
  }

  private static void daemon(Runnable action) {
    Thread thread = new Thread(action, "echo");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
