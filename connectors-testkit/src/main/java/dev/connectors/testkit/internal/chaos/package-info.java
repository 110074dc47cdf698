/** How the chaos kit stores millions of ids, and what it forks. */
@NullMarked
package dev.connectors.testkit.internal.chaos;

import org.jspecify.annotations.NullMarked;
