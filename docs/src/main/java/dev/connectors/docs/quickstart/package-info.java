/** The quickstart: the command line around {@link dev.connectors.docs.KafkaToElasticsearch}. */
@NullMarked
package dev.connectors.docs.quickstart;

import org.jspecify.annotations.NullMarked;
