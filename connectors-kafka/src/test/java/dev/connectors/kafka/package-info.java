@NullMarked
package dev.connectors.kafka;

import org.jspecify.annotations.NullMarked;
