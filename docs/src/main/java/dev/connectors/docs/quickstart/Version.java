package dev.connectors.docs.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The versions that the build has written down. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    Properties versions = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/quickstart.properties")) {
      versions.load(Objects.requireNonNull(in));
    }
    return new String[] {
      "connectors " + versions.getProperty("version"),
      "Pekko "
          + versions.getProperty("pekko")
          + ", kafka-clients "
          + versions.getProperty("kafka")
          + ", elasticsearch-java "
          + versions.getProperty("elasticsearch"),
      "Java " + Runtime.version()
    };
  }
}
