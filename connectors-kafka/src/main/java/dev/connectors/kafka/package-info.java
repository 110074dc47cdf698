/** Apache Kafka as Sources, Flows and Sinks on the official client, {@code kafka-clients}. */
@NullMarked
package dev.connectors.kafka;

import org.jspecify.annotations.NullMarked;
