package dev.connectors.it.support;

import dev.connectors.core.Committable;
import dev.connectors.core.Control;
import dev.connectors.core.RollingPlan;
import dev.connectors.core.RollingSettings;
import dev.connectors.s3.RolledObject;
import dev.connectors.s3.S3Flow;
import dev.connectors.s3.UploadSettings;
import java.net.URI;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.SourceWithContext;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Kafka into objects, in a JVM of its own: prints FILED now and then, until it is killed. */
public final class S3FilingMain {
  private S3FilingMain() {}

  /**
   * Arguments: bootstrap servers, topic, group, endpoint, bucket, {@link Filing}. Credentials and
   * region are in the client's own system properties.
   */
  public static void main(String[] args) {
    ActorSystem system = ActorSystem.create("forked");
    S3AsyncClient client =
        S3AsyncClient.builder().endpointOverride(URI.create(args[3])).forcePathStyle(true).build();
    Filing filing = Filing.valueOf(args[5]);
    RollingPlan<ConsumerRecord<String, String>, PutObjectRequest> plan =
        filing.plan(
            Filing.format().withEncoding(GZIPOutputStream::new),
            object ->
                PutObjectRequest.builder()
                    .bucket(args[4])
                    .key(Filing.stem(object) + ".tsv.gz")
                    .build());
    RollingSettings rolling = filing.settings(system, "connectors.s3.rolling");
    UploadSettings upload = UploadSettings.create(system);
    var records = Filing.records(system, args[0], args[1], args[2]);

    SourceWithContext<RolledObject, Committable, Control> objects =
        switch (filing) {
          case WHOLE ->
              records
                  .via(
                      S3Flow.<ConsumerRecord<String, String>, Committable>rollingWithContexts(
                          client, plan, rolling, upload))
                  .mapContext(Committable::all);
          case ELEMENTS ->
              records.via(
                  S3Flow.<ConsumerRecord<String, String>, Committable>rollingWithContext(
                      client, plan, rolling, upload));
        };
    Filing.run(system, objects, RolledObject::elements);
  }
}
