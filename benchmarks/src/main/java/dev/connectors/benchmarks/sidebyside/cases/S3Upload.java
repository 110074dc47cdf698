package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.s3.S3FilePut;
import dev.connectors.s3.S3Flow;
import dev.connectors.s3.S3Sink;
import dev.connectors.s3.UploadSettings;
import java.nio.file.Path;
import org.apache.pekko.stream.connectors.s3.javadsl.S3;
import org.apache.pekko.stream.javadsl.FileIO;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Writes a large object whose length is not told before, or one from a file. */
final class S3Upload {
  private S3Upload() {}

  private interface Way {
    void upload(S3Bucket bucket, String key, Meter meter) throws Exception;
  }

  static Workload.Setup stream() {
    return (servers, records) -> {
      S3Content content = new S3Content(records);
      return new Contenders()
          .raw(meter -> run(servers, content, meter, raw(content)))
          .ours(meter -> run(servers, content, meter, ours(servers, content)))
          .rival(meter -> run(servers, content, meter, rival(servers, content)));
    };
  }

  /** The heap that is held while the stream is written. */
  static Workload.Setup heap() {
    return (servers, records) -> {
      S3Content content = new S3Content(records);
      return new Contenders()
          .raw(meter -> run(servers, content, meter, raw(watched(content, meter))))
          .ours(meter -> run(servers, content, meter, ours(servers, watched(content, meter))))
          .rival(meter -> run(servers, content, meter, rival(servers, watched(content, meter))));
    };
  }

  private static S3Content watched(S3Content content, Meter meter) {
    return content.watched(meter::measureHeldHeap);
  }

  static Workload.Setup file() {
    return (servers, records) -> {
      S3Content content = new S3Content(records);
      Path file = S3Files.of(servers).from(content);
      return new Contenders()
          .raw(meter -> run(servers, content, meter, rawFile(file)))
          .ours(meter -> run(servers, content, meter, oursFile(servers, file)))
          .rival(meter -> run(servers, content, meter, rivalFile(servers, file)));
    };
  }

  private static void run(Servers servers, S3Content content, Meter meter, Way way)
      throws Exception {
    S3Bucket bucket = S3Bucket.of(servers);
    String key = S3Bucket.newKey();
    way.upload(bucket, key, meter);
    meter.end();
    bucket.verify(key, content);
  }

  private static Way raw(S3Content content) {
    return (bucket, key, meter) ->
        meter.await(
            bucket
                .uploads
                .upload(
                    upload ->
                        upload
                            .putObjectRequest(S3Bucket.put(key))
                            .requestBody(content.body(meter::begin)))
                .completionFuture());
  }

  private static Way ours(Servers servers, S3Content content) {
    return (bucket, key, meter) ->
        meter.await(
            Source.fromIterator(() -> content.pieces(ByteString::fromArrayUnsafe, meter::begin))
                .runWith(
                    S3Sink.object(
                        bucket.client, S3Bucket.put(key), UploadSettings.create(servers.system())),
                    servers.system()));
  }

  private static Way rival(Servers servers, S3Content content) {
    return (bucket, key, meter) ->
        meter.await(
            Source.fromIterator(() -> content.pieces(ByteString::fromArrayUnsafe, meter::begin))
                .runWith(
                    S3.multipartUpload(S3Bucket.NAME, key)
                        .withAttributes(bucket.rival(servers.system())),
                    servers.system()));
  }

  private static Way rawFile(Path file) {
    return (bucket, key, meter) -> {
      meter.begin();
      meter.await(
          bucket
              .uploads
              .uploadFile(upload -> upload.putObjectRequest(S3Bucket.put(key)).source(file))
              .completionFuture());
    };
  }

  private static Way oursFile(Servers servers, Path file) {
    return (bucket, key, meter) -> {
      meter.begin();
      meter.await(
          Source.single(new S3FilePut(S3Bucket.put(key), file))
              .via(S3Flow.putFile(bucket.client, UploadSettings.create(servers.system())))
              .runWith(Sink.ignore(), servers.system()));
    };
  }

  private static Way rivalFile(Servers servers, Path file) {
    return (bucket, key, meter) -> {
      meter.begin();
      meter.await(
          FileIO.fromPath(file)
              .runWith(
                  S3.multipartUpload(S3Bucket.NAME, key)
                      .withAttributes(bucket.rival(servers.system())),
                  servers.system()));
    };
  }
}
