@NullMarked
package dev.connectors.csv.internal;

import org.jspecify.annotations.NullMarked;
