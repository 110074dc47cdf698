@NullMarked
package dev.connectors.docs;

import org.jspecify.annotations.NullMarked;
