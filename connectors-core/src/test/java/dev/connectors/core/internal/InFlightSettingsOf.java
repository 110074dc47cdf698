package dev.connectors.core.internal;

import com.typesafe.config.ConfigFactory;
import dev.connectors.core.InFlightSettings;

/** Settings for tests, from the defaults. */
final class InFlightSettingsOf {
  private static final InFlightSettings DEFAULTS =
      InFlightSettings.create(ConfigFactory.load().getConfig("connectors.in-flight"));

  private InFlightSettingsOf() {}

  static InFlightSettings elements(int maxElements) {
    return DEFAULTS.withMaxElements(maxElements);
  }

  /** With a bound of what is uncommitted that comes first, if nobody asks for capacity. */
  static InFlightSettings uncommitted(int maxUncommitted) {
    return DEFAULTS.withMaxElements(1).withMaxUncommitted(maxUncommitted);
  }
}
