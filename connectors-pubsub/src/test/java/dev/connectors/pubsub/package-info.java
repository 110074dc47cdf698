@NullMarked
package dev.connectors.pubsub;

import org.jspecify.annotations.NullMarked;
