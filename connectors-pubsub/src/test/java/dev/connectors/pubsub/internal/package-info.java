@NullMarked
package dev.connectors.pubsub.internal;

import org.jspecify.annotations.NullMarked;
