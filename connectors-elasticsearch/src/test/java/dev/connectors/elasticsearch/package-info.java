@NullMarked
package dev.connectors.elasticsearch;

import org.jspecify.annotations.NullMarked;
