/** How the connector works. Not for users: it changes without notice. */
@NullMarked
package dev.connectors.file.internal;

import org.jspecify.annotations.NullMarked;
