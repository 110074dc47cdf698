/**
 * Shows that a pipeline loses nothing when it is killed: {@link
 * dev.connectors.testkit.chaos.ForkedPipeline} runs it in a JVM of its own, {@link
 * dev.connectors.testkit.chaos.RandomKills} kills it at random moments, {@link
 * dev.connectors.testkit.chaos.Ledger} remembers what was acknowledged to the producer, {@link
 * dev.connectors.testkit.chaos.Oracle} compares that with what the sink has, and {@link
 * dev.connectors.testkit.chaos.ChaosReport} says what is wrong.
 */
@NullMarked
package dev.connectors.testkit.chaos;

import org.jspecify.annotations.NullMarked;
