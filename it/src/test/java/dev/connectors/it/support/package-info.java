/** What several integration tests need. */
@NullMarked
package dev.connectors.it.support;

import org.jspecify.annotations.NullMarked;
