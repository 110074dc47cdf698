/**
 * Real servers for tests and examples, as local processes or containers, to be killed, paused and
 * restarted, and a network to them that fails on demand.
 */
@NullMarked
package dev.connectors.testkit;

import org.jspecify.annotations.NullMarked;
