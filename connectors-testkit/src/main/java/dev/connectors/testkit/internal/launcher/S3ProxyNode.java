package dev.connectors.testkit.internal.launcher;

import org.gaul.s3proxy.Main;

/** Runs one S3Proxy. */
public final class S3ProxyNode {
  /** What is written when it accepts requests. */
  private static final String READY = "S3Proxy accepts requests";

  private S3ProxyNode() {}

  /** Argument: the file with its properties. */
  public static void main(String[] args) {
    try {
      ParentWatch.start();
      Main.main(new String[] {"--properties", args[0]});
      System.out.println(READY);
    } catch (Throwable failure) {
      failure.printStackTrace();
      System.exit(1); // watching the parent would keep the JVM alive
    }
  }
}
