/** The pipeline of the README. */
@NullMarked
package dev.connectors.docs;

import org.jspecify.annotations.NullMarked;
