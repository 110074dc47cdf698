package dev.connectors.testkit;

/** A JVM that starts a server and never ends by itself. */
final class ParentMain {
  private ParentMain() {}

  /** Argument: {@code paused} to pause the server; prints its process id. */
  public static void main(String[] args) throws InterruptedException {
    TrivialServer server = TrivialServer.serving();
    server.start();
    if (args[0].equals("paused")) {
      server.pause();
    }
    System.out.println(server.pid());
    Thread.currentThread().join();
  }
}
