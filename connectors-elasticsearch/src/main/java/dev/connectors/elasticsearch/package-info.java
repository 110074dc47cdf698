/** Elasticsearch as Sources, Flows and Sinks on elasticsearch-java. */
@NullMarked
package dev.connectors.elasticsearch;

import org.jspecify.annotations.NullMarked;
