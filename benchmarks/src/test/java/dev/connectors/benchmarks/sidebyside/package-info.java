@NullMarked
package dev.connectors.benchmarks.sidebyside;

import org.jspecify.annotations.NullMarked;
