@NullMarked
package dev.connectors.docs.quickstart;

import org.jspecify.annotations.NullMarked;
