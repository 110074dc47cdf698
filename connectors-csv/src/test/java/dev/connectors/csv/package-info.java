@NullMarked
package dev.connectors.csv;

import org.jspecify.annotations.NullMarked;
