/**
 * Real servers for tests and examples: each in a JVM of its own, to be killed, paused and
 * restarted.
 */
@NullMarked
package dev.connectors.testkit;

import org.jspecify.annotations.NullMarked;
