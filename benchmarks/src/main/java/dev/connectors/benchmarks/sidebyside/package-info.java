/** Runs of the same work by several contenders in turn, on real servers. */
@NullMarked
package dev.connectors.benchmarks.sidebyside;

import org.jspecify.annotations.NullMarked;
