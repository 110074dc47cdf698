/** Races on the in-flight window, for jcstress. */
@NullMarked
package dev.connectors.benchmarks.stress;

import org.jspecify.annotations.NullMarked;
