/**
 * The consumer's and the producer's side of the streams. Not for users: it changes without notice.
 */
@NullMarked
package dev.connectors.kafka.internal;

import org.jspecify.annotations.NullMarked;
