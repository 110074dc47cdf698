/** Not for users: it changes without notice. */
@NullMarked
package dev.connectors.csv.internal;

import org.jspecify.annotations.NullMarked;
