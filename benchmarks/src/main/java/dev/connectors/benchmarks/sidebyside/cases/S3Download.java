package dev.connectors.benchmarks.sidebyside.cases;

import dev.connectors.benchmarks.sidebyside.Contenders;
import dev.connectors.benchmarks.sidebyside.Meter;
import dev.connectors.benchmarks.sidebyside.Servers;
import dev.connectors.benchmarks.sidebyside.Workload;
import dev.connectors.benchmarks.sidebyside.WrongResult;
import dev.connectors.file.FileSink;
import dev.connectors.file.FileWriteSettings;
import dev.connectors.file.SyncPolicy;
import dev.connectors.s3.DownloadSettings;
import dev.connectors.s3.S3Source;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.connectors.s3.javadsl.S3;
import org.apache.pekko.stream.javadsl.FileIO;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;

/** Reads a large object over one connection, and sums it up or writes it to a file. */
final class S3Download {
  private static final String KEY = "large";

  private S3Download() {}

  static Workload.Setup stream() {
    return (servers, records) -> {
      S3Content content = stored(servers, records);
      return new Contenders()
          .raw(meter -> raw(servers, new S3Bucket.Check(), content, meter))
          .ours(meter -> run(servers, ours(servers), new S3Bucket.Check(), content, meter))
          .rival(meter -> run(servers, rival(servers), new S3Bucket.Check(), content, meter));
    };
  }

  /** The heap that is held while the stream is read. */
  static Workload.Setup heap() {
    return (servers, records) -> {
      S3Content content = stored(servers, records);
      return new Contenders()
          .raw(meter -> raw(servers, watched(meter), content, meter))
          .ours(meter -> run(servers, ours(servers), watched(meter), content, meter))
          .rival(meter -> run(servers, rival(servers), watched(meter), content, meter));
    };
  }

  private static S3Bucket.Check watched(Meter meter) {
    return new S3Bucket.Check(meter::measureHeldHeap);
  }

  static Workload.Setup file() {
    return (servers, records) -> {
      S3Content content = stored(servers, records);
      Path from = S3Files.of(servers).from(content);
      return new Contenders()
          .raw(meter -> toFile(servers, from, meter, S3Download::rawTo))
          .ours(meter -> toFile(servers, from, meter, S3Download::oursTo))
          .rival(meter -> toFile(servers, from, meter, S3Download::rivalTo));
    };
  }

  private static CompletionStage<?> rawTo(Servers servers, Path file) {
    return S3Bucket.of(servers)
        .downloads
        .downloadFile(download -> download.getObjectRequest(S3Bucket.get(KEY)).destination(file))
        .completionFuture();
  }

  private static CompletionStage<?> oursTo(Servers servers, Path file) {
    FileWriteSettings settings =
        FileWriteSettings.create(servers.system()).withSync(SyncPolicy.NEVER);
    return ours(servers).runWith(FileSink.bytes(file, settings), servers.system());
  }

  private static CompletionStage<?> rivalTo(Servers servers, Path file) {
    return rival(servers).runWith(FileIO.toPath(file), servers.system());
  }

  private static S3Content stored(Servers servers, long records) {
    S3Content content = new S3Content(records);
    S3Bucket bucket = S3Bucket.of(servers);
    bucket
        .uploads
        .upload(
            upload ->
                upload.putObjectRequest(S3Bucket.put(KEY)).requestBody(content.body(() -> {})))
        .completionFuture()
        .join();
    return content;
  }

  private static void raw(Servers servers, S3Bucket.Check check, S3Content content, Meter meter)
      throws Exception {
    meter.begin();
    meter.await(
        S3Bucket.of(servers)
            .client
            .getObject(S3Bucket.get(KEY), AsyncResponseTransformer.toPublisher())
            .thenCompose(body -> body.subscribe(check::accept)));
    meter.end();
    check.verify(content);
  }

  private static Source<ByteString, NotUsed> ours(Servers servers) {
    return S3Source.object(
            S3Bucket.of(servers).client,
            S3Bucket.get(KEY),
            DownloadSettings.create(servers.system()))
        .mapMaterializedValue(response -> NotUsed.getInstance());
  }

  private static Source<ByteString, NotUsed> rival(Servers servers) {
    return S3.getObject(S3Bucket.NAME, KEY)
        .withAttributes(S3Bucket.of(servers).rival(servers.system()))
        .mapMaterializedValue(response -> NotUsed.getInstance());
  }

  private static void run(
      Servers servers,
      Source<ByteString, NotUsed> object,
      S3Bucket.Check check,
      S3Content content,
      Meter meter)
      throws Exception {
    meter.begin();
    meter.await(
        object.runWith(
            // Not its buffers: they are read-only, and the sum would copy what it can't get at.
            Sink.foreach(bytes -> check.accept(ByteBuffer.wrap(bytes.toArrayUnsafe()))),
            servers.system()));
    meter.end();
    check.verify(content);
  }

  private interface Downloading {
    CompletionStage<?> to(Servers servers, Path file);
  }

  private static void toFile(Servers servers, Path from, Meter meter, Downloading downloading)
      throws Exception {
    Path to = S3Files.of(servers).to();
    meter.begin();
    meter.await(downloading.to(servers, to));
    meter.end();
    WrongResult.check("the first byte that differs", Files.mismatch(from, to), -1L);
  }
}
