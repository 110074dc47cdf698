/** Google Cloud Pub/Sub as Sources, Flows and Sinks, on its own client. */
@NullMarked
package dev.connectors.pubsub;

import org.jspecify.annotations.NullMarked;
