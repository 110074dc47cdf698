/** Jakarta Messaging as Sources, Flows and Sinks, with any provider's {@code ConnectionFactory}. */
@NullMarked
package dev.connectors.jms;

import org.jspecify.annotations.NullMarked;
