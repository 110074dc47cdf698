package dev.connectors.testkit.internal.launcher;

import java.lang.reflect.InvocationTargetException;

/** Runs one Pub/Sub emulator. */
public final class PubSubNode {
  /** By name: no repository has the jar to compile against. */
  private static final String EMULATOR = "com.google.cloud.pubsub.testing.v1.Main";

  private PubSubNode() {}

  /** Arguments: those of the emulator. */
  public static void main(String[] args) {
    try {
      ParentWatch.start();
      Class.forName(EMULATOR).getMethod("main", String[].class).invoke(null, (Object) args);
    } catch (InvocationTargetException failure) {
      Throwable cause = failure.getCause();
      fail(cause == null ? failure : cause);
    } catch (Throwable failure) {
      fail(failure);
    }
  }

  private static void fail(Throwable cause) {
    cause.printStackTrace();
    System.exit(1); // watching the parent would keep the JVM alive
  }
}
