/** How servers are found, forked and watched; no API. */
@NullMarked
package dev.connectors.testkit.internal;

import org.jspecify.annotations.NullMarked;
