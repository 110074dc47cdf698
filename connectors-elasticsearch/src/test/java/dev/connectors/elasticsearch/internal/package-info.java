@NullMarked
package dev.connectors.elasticsearch.internal;

import org.jspecify.annotations.NullMarked;
