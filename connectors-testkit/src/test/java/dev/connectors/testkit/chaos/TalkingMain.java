package dev.connectors.testkit.chaos;

import java.util.List;

/** Prints its process id, and does what its argument says. */
final class TalkingMain {
  private TalkingMain() {}

  public static void main(String[] args) throws InterruptedException {
    System.out.println("ARGUMENTS " + List.of(args));
    System.out.println("HEAP " + (Runtime.getRuntime().maxMemory() >> 20));
    System.out.println("PID " + ProcessHandle.current().pid());
    switch (args[0]) {
      case "stay" -> Thread.currentThread().join();
      case "fail" -> throw new IllegalStateException("the reason");
      default -> {}
    }
  }
}
