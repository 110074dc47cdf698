/** The examples of the guide, which includes them by their tags. */
@NullMarked
package dev.connectors.docs.examples;

import org.jspecify.annotations.NullMarked;
