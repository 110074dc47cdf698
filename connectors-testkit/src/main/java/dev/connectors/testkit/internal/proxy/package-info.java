/** The TCP proxy's one thread and what it does. */
@NullMarked
package dev.connectors.testkit.internal.proxy;

import org.jspecify.annotations.NullMarked;
