/** Not for users: may change in any release. */
@NullMarked
package dev.connectors.pubsub.internal;

import org.jspecify.annotations.NullMarked;
