/**
 * What the connectors share behind their public types. Not for users: it changes without notice.
 */
@NullMarked
package dev.connectors.core.internal;

import org.jspecify.annotations.NullMarked;
