package dev.connectors.testkit.internal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports that stay free while their server is down.
 *
 * <p>They lie below the range that systems give to outgoing connections: a client that keeps
 * connecting to a dead server's port could otherwise be given that very port as its own, connect to
 * itself and keep the server from coming back.
 */
public final class Ports {
  private static final int FIRST = 20_000;
  private static final int LAST = 30_000;
  private static final int ATTEMPTS = 200;

  private Ports() {}

  /** A port that nothing listens on at 127.0.0.1 now. */
  public static int free() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("No free port found from " + FIRST + " to " + LAST);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
