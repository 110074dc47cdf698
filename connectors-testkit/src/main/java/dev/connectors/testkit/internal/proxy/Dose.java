package dev.connectors.testkit.internal.proxy;

import dev.connectors.testkit.Toxic;

/** A toxic as one direction of one connection has it. */
final class Dose {
  final Object origin;
  final Toxic toxic;
  final long since;

  /** How many bytes have passed since. */
  long passed;

  Dose(Object origin, Toxic toxic, long since) {
    this.origin = origin;
    this.toxic = toxic;
    this.since = since;
  }
}
