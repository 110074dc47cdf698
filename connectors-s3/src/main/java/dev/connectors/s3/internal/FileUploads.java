package dev.connectors.s3.internal;

import dev.connectors.s3.ResumePolicy;
import dev.connectors.s3.S3FilePut;
import dev.connectors.s3.UploadSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.dispatch.Dispatchers;
import org.apache.pekko.stream.javadsl.Flow;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Writes objects from files, each at once or in parts, which the client reads where they are. The
 * requests that have content share the slots of the settings' parallelism.
 */
public final class FileUploads {
  private static final int CHUNK = 128 << 10;

  private final S3AsyncClient client;
  private final UploadSettings settings;
  private final Executor blocking;
  private final Slots slots;
  private volatile boolean hasEnded;

  private FileUploads(S3AsyncClient client, UploadSettings settings, ActorSystem system) {
    this.client = client;
    this.settings = settings;
    this.blocking = system.dispatchers().lookup(Dispatchers.DefaultBlockingDispatcherId());
    this.slots = new Slots(settings.parallelism());
  }

  /**
   * Several files at a time, the results in input order.
   *
   * @param put of an element
   * @param result of an element, whose object is there
   */
  public static <E, R> Flow<E, R, NotUsed> flow(
      S3AsyncClient client,
      UploadSettings settings,
      Function<E, S3FilePut> put,
      BiFunction<E, PutObjectResponse, R> result) {
    Objects.requireNonNull(client, "client");
    Objects.requireNonNull(settings, "settings");
    return Flow.fromMaterializer(
            (materializer, attributes) ->
                new FileUploads(client, settings, materializer.system()).each(put, result))
        .mapMaterializedValue(created -> NotUsed.getInstance());
  }

  private <E, R> Flow<E, R, NotUsed> each(
      Function<E, S3FilePut> put, BiFunction<E, PutObjectResponse, R> result) {
    return Flow.<E>create()
        .mapAsync(
            settings.parallelism(),
            element ->
                Pages.unwrapped(
                    put(put.apply(element)).thenApply(response -> result.apply(element, response))))
        .via(new EndWatch<>(() -> hasEnded = true));
  }

  private CompletableFuture<PutObjectResponse> put(S3FilePut put) {
    UploadRequests.check(put.request());
    return reading(() -> State.of(put.file())).thenCompose(state -> new OneFile(put, state).run());
  }

  private interface Reading<T> {
    T run() throws IOException;
  }

  /** What blocks, on a thread that may. */
  private <T> CompletableFuture<T> reading(Reading<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    blocking.execute(
        () -> {
          try {
            result.complete(work.run());
          } catch (Throwable e) { // an Error too, or who uses the result would wait for ever
            result.completeExceptionally(e);
          }
        });
    return result;
  }

  /** What changes when a file is written to. */
  private record State(long size, FileTime modified) {
    static State of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new State(attributes.size(), attributes.lastModifiedTime());
    }
  }

  private final class OneFile {
    private final Path file;
    private final State state;
    private final UploadRequests requests;
    private final PartLanes lanes = new PartLanes();
    private final Retrying retrying;
    private final Multipart multipart;

    OneFile(S3FilePut put, State state) {
      this.file = put.file();
      this.state = state;
      this.requests = new UploadRequests(put.request(), client);
      this.retrying =
          new Retrying(
              settings.name(),
              settings.retry(),
              settings.timeout(),
              settings.observer(),
              () -> !lanes.hasFailed() && !hasEnded);
      this.multipart = Multipart.of(client, requests, retrying, settings);
    }

    CompletableFuture<PutObjectResponse> run() {
      long size = state.size();
      if (requests.length() >= 0 && requests.length() != size) {
        return CompletableFuture.failedFuture(
            new IllegalStateException(
                "%s has %d bytes, the request's contentLength is %d"
                    .formatted(file, size, requests.length())));
      }
      if (size <= settings.partSize()) {
        return slots
            .run(() -> retrying.call(() -> client.putObject(requests.put(size), body(0, size))))
            .thenCompose(this::unchanged);
      }
      CompletableFuture<OpenUpload> started =
          settings.resume() == ResumePolicy.BY_KEY ? multipart.resume() : multipart.create();
      return started.thenCompose(this::inParts);
    }

    private CompletableFuture<PutObjectResponse> inParts(OpenUpload upload) {
      PartPlan plan = new PartPlan(settings.partSize(), state.size());
      long partSize = plan.size(1, 0);
      return lanes
          .run(
              settings.parallelism(),
              plan.parts(),
              index -> {
                long from = index * partSize;
                long length = Math.min(partSize, state.size() - from);
                return slots.run(() -> stored(upload, index + 1, from, length));
              })
          .thenCompose(this::unchanged)
          .thenCompose(parts -> multipart.complete(upload.id(), parts, state.size()))
          .exceptionallyCompose(
              cause ->
                  settings.resume() == ResumePolicy.BY_KEY
                      ? CompletableFuture.failedFuture(Failures.unwrap(cause))
                      : multipart.abortAfter(upload.id(), Failures.unwrap(cause)));
    }

    /** Sends the part, unless it is there already. */
    private CompletableFuture<CompletedPart> stored(
        OpenUpload upload, int number, long from, long length) {
      Part there = upload.candidate(number, length);
      return there == null
          ? sent(upload, number, from, length)
          : reading(() -> isContentOf(there, from, length))
              .thenCompose(
                  isSame ->
                      isSame
                          ? CompletableFuture.completedFuture(UploadRequests.completed(there))
                          : sent(upload, number, from, length));
    }

    private CompletableFuture<CompletedPart> sent(
        OpenUpload upload, int number, long from, long length) {
      long sentAt = System.nanoTime();
      return retrying
          .call(
              () ->
                  client.uploadPart(requests.part(upload.id(), number, length), body(from, length)))
          .thenApply(
              response -> {
                Duration latency = Duration.ofNanos(System.nanoTime() - sentAt);
                settings.observer().confirmed(settings.name(), 1, latency);
                return UploadRequests.completed(number, response);
              });
    }

    private AsyncRequestBody body(long from, long length) {
      return length == 0
          ? AsyncRequestBody.empty()
          : AsyncRequestBody.fromFile(
              part ->
                  part.path(file)
                      .position(from)
                      .numBytesToRead(length)
                      .chunkSizeInBytes((int) Math.min(CHUNK, length)));
    }

    private boolean isContentOf(Part part, long from, long length) throws IOException {
      PartDigest digest = new PartDigest(part);
      ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        long position = from;
        while (position < from + length) {
          buffer.clear().limit((int) Math.min(CHUNK, from + length - position));
          int read = channel.read(buffer, position);
          if (read < 0) {
            return false; // it was cut: the attempt to send it says so
          }
          position += read;
          digest.update(buffer.flip());
        }
      }
      return digest.matches();
    }

    private <T> CompletableFuture<T> unchanged(T result) {
      return reading(
          () -> {
            if (!State.of(file).equals(state)) {
              throw new IllegalStateException(file + " was changed while it was uploaded");
            }
            return result;
          });
    }
  }
}
