package dev.connectors.testkit.chaos;

/** Forks {@link TalkingMain}, prints its process id and stays. */
final class ForkingMain {
  private ForkingMain() {}

  public static void main(String[] args) throws InterruptedException {
    ForkedPipeline child = ForkedPipeline.of(TalkingMain.class).withArguments("stay").start();
    System.out.println("CHILD " + child.awaitLine("PID "));
    Thread.currentThread().join();
  }
}
