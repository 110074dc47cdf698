/** The cases, and the contenders of each. */
@NullMarked
package dev.connectors.benchmarks.sidebyside.cases;

import org.jspecify.annotations.NullMarked;
