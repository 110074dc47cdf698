package dev.connectors.testkit.internal.launcher;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A server that takes no time to start: it greets who connects. */
public final class TrivialNode {
  public static final String READY = "trivial node is ready";

  private TrivialNode() {}

  /** Arguments: the port; what to do, {@code serve}, {@code fail} or {@code hang}. */
  public static void main(String[] args) throws Exception {
    ParentWatch.start();
    if (args[1].equals("fail")) {
      System.err.println("the reason of the failure");
      System.exit(3);
    }
    if (args[1].equals("hang")) {
      return; // the parent watch keeps the JVM alive
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("good order")));
    try (ServerSocket socket =
        new ServerSocket(Integer.parseInt(args[0]), 1, InetAddress.getLoopbackAddress())) {
      System.out.println(READY);
      while (true) {
        try (Socket client = socket.accept()) {
          client.getOutputStream().write('!');
        }
      }
    }
  }
}
