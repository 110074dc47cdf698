package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import dev.connectors.s3.RequestSettings;
import dev.connectors.s3.S3Flow;
import dev.connectors.s3.S3Put;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.connectors.s3.S3Headers;
import org.apache.pekko.stream.connectors.s3.javadsl.S3;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Puts small objects; the clock stops with the last answer. */
final class S3SmallPuts {
  private static final int PARALLELISM = 16;
  private static final int BATCH = 1_000;

  private S3SmallPuts() {}

  private interface Way {
    void put(S3Bucket bucket, String prefix, byte[] content, Meter meter) throws Exception;
  }

  static Workload.Setup put(int bytes) {
    return (servers, records) ->
        new Contenders()
            .raw(meter -> round(servers, bytes, meter, S3SmallPuts::raw))
            .ours(meter -> round(servers, bytes, meter, ours(servers)))
            .rival(meter -> round(servers, bytes, meter, rival(servers)));
  }

  private static void round(Servers servers, int bytes, Meter meter, Way way) throws Exception {
    S3Bucket bucket = S3Bucket.of(servers);
    String prefix = S3Bucket.newKey() + "/";
    way.put(bucket, prefix, Topics.value(0, bytes), meter);
    meter.end();
    verify(bucket, prefix, meter.records(), bytes);
  }

  private static void raw(S3Bucket bucket, String prefix, byte[] content, Meter meter)
      throws Exception {
    Semaphore free = new Semaphore(PARALLELISM);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    meter.begin();
    for (long number = 0; number < meter.records() && failure.get() == null; number++) {
      free.acquire();
      var unused =
          bucket
              .client
              .putObject(S3Bucket.put(prefix + number), AsyncRequestBody.fromBytesUnsafe(content))
              .whenComplete(
                  (response, cause) -> {
                    if (cause != null) {
                      failure.compareAndSet(null, cause);
                    }
                    free.release();
                  });
      meter.checkTime();
    }
    free.acquire(PARALLELISM);
    if (failure.get() != null) {
      throw new WrongResult("an object was not put: " + failure.get());
    }
  }

  private static Source<String, NotUsed> keys(String prefix, Meter meter) {
    return Source.fromIterator(
        () -> {
          meter.begin();
          return LongStream.range(0, meter.records()).mapToObj(i -> prefix + i).iterator();
        });
  }

  private static Way ours(Servers servers) {
    return (bucket, prefix, bytes, meter) -> {
      ByteString content = ByteString.fromArrayUnsafe(bytes);
      meter.await(
          keys(prefix, meter)
              .map(key -> new S3Put(S3Bucket.put(key), content))
              .via(
                  S3Flow.put(
                      bucket.client,
                      RequestSettings.create(servers.system()).withParallelism(PARALLELISM)))
              .runWith(Sink.ignore(), servers.system()));
    };
  }

  private static Way rival(Servers servers) {
    return (bucket, prefix, bytes, meter) -> {
      ByteString content = ByteString.fromArrayUnsafe(bytes);
      Attributes settings = bucket.rival(servers.system());
      meter.await(
          keys(prefix, meter)
              .mapAsync(
                  PARALLELISM,
                  key ->
                      S3.putObject(
                              S3Bucket.NAME,
                              key,
                              Source.single(content),
                              content.size(),
                              ContentTypes.APPLICATION_OCTET_STREAM,
                              S3Headers.create())
                          .withAttributes(settings)
                          .runWith(Sink.head(), servers.system()))
              .runWith(Sink.ignore(), servers.system()));
    };
  }

  /** Counts and deletes them. */
  private static void verify(S3Bucket bucket, String prefix, long expected, int bytes) {
    List<S3Object> objects = new ArrayList<>();
    bucket
        .client
        .listObjectsV2Paginator(list -> list.bucket(S3Bucket.NAME).prefix(prefix))
        .contents()
        .subscribe(objects::add)
        .join();
    WrongResult.check("objects", (long) objects.size(), expected);
    WrongResult.check("bytes", objects.stream().mapToLong(S3Object::size).sum(), expected * bytes);
    for (int from = 0; from < objects.size(); from += BATCH) {
      List<ObjectIdentifier> batch =
          objects.subList(from, Math.min(objects.size(), from + BATCH)).stream()
              .map(object -> ObjectIdentifier.builder().key(object.key()).build())
              .toList();
      bucket
          .client
          .deleteObjects(
              request -> request.bucket(S3Bucket.NAME).delete(delete -> delete.objects(batch)))
          .join();
    }
  }
}
