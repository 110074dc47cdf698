package dev.connectors.docs.quickstart;

/** Keeps the libraries quiet: what fails is told by the quickstart itself. */
final class Logging {
  private static final String PREFIX = "org.slf4j.simpleLogger.";

  private Logging() {}

  /** Before the first logger is made; Maven, in whose JVM this runs, has made its own long ago. */
  static void quiet() {
    System.setProperty(PREFIX + "defaultLogLevel", "warn");
    System.setProperty(PREFIX + "log.org.apache.kafka", "off");
    System.setProperty(PREFIX + "log.org.elasticsearch.client", "off");
    System.setProperty(PREFIX + "log.dev.connectors.testkit", "info"); // downloads
    System.setProperty(PREFIX + "showThreadName", "false");
    System.setProperty(PREFIX + "showLogName", "false");
    System.setProperty(PREFIX + "showShortLogName", "false");
    System.setProperty(PREFIX + "showDateTime", "false");
    // The bar asks a program for the terminal's width: native code draws warnings from newer JDKs.
    if (System.getProperty("org.jline.terminal.provider") == null) {
      System.setProperty("org.jline.terminal.provider", "exec");
    }
  }
}
