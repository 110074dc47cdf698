@NullMarked
package dev.connectors.docs.examples;

import org.jspecify.annotations.NullMarked;
