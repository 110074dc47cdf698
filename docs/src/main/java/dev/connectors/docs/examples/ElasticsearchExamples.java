package dev.connectors.docs.examples;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch._types.Refresh;
import co.elastic.clients.elasticsearch.core.SearchRequest;
import co.elastic.clients.elasticsearch.core.search.Hit;
import dev.connectors.core.Committer;
import dev.connectors.core.CommitterSettings;
import dev.connectors.core.Control;
import dev.connectors.elasticsearch.Bulk;
import dev.connectors.elasticsearch.BulkSettings;
import dev.connectors.elasticsearch.ElasticsearchFlow;
import dev.connectors.elasticsearch.ElasticsearchSource;
import dev.connectors.elasticsearch.FailurePolicy;
import dev.connectors.kafka.ConsumerSettings;
import dev.connectors.kafka.KafkaSource;
import dev.connectors.kafka.Subscription;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Source;

/** Writing to and reading from Elasticsearch. */
final class ElasticsearchExamples {
  record Order(String id, String customer, double total) {}

  private ElasticsearchExamples() {}

  static Control.Draining<Done> index(
      ActorSystem system,
      ElasticsearchAsyncClient client,
      ConsumerSettings<String, Order> consumer) {
    // tag::index[]
    return KafkaSource.committable(consumer, Subscription.topics("orders"))
        .map(r -> Bulk.index("orders", r.topic(), r.partition(), r.offset(), r.value()))
        .via(ElasticsearchFlow.bulkWithContext(client, BulkSettings.create(system)))
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
    // end::index[]
  }

  static Control.Draining<Done> latest(
      ActorSystem system,
      ElasticsearchAsyncClient client,
      ConsumerSettings<String, Order> consumer) {
    // tag::latest[]
    return KafkaSource.committable(consumer, Subscription.topics("orders"))
        .map(
            r ->
                r.value() == null
                    ? Bulk.delete("orders", r.key(), r.offset())
                    : Bulk.upsert("orders", r.key(), r.offset(), r.value()))
        .via(ElasticsearchFlow.bulkWithContext(client, BulkSettings.create(system)))
        .toMat(Committer.sink(CommitterSettings.create(system)), Control::draining)
        .run(system);
    // end::latest[]
  }

  static BulkSettings settings(ActorSystem system) {
    // tag::settings[]
    return BulkSettings.create(system)
        .withMaxOperations(500)
        .withParallelism(2)
        .withOnFailure(FailurePolicy.EMIT)
        .withRequest(request -> request.pipeline("clean").refresh(Refresh.WaitFor));
    // end::settings[]
  }

  static Source<Order, NotUsed> search(ActorSystem system, ElasticsearchAsyncClient client) {
    // tag::search[]
    SearchRequest request =
        SearchRequest.of(s -> s.index("orders").query(q -> q.exists(e -> e.field("customer"))));
    return ElasticsearchSource.search(client, request, Order.class).map(Hit::source);
    // end::search[]
  }
}
