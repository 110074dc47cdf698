/** Not for users: may change in any release. */
@NullMarked
package dev.connectors.jms.internal;

import org.jspecify.annotations.NullMarked;
