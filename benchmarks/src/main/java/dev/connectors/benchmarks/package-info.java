/** What the core costs per element. */
@NullMarked
package dev.connectors.benchmarks;

import org.jspecify.annotations.NullMarked;
