/** The delivery contract, control, retry and observation that all connectors share. */
@NullMarked
package dev.connectors.core;

import org.jspecify.annotations.NullMarked;
