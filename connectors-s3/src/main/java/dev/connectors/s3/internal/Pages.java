package dev.connectors.s3.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/** Sources of what the client answers, each time they are run anew. */
public final class Pages {
  private static final Attributes ONE = Attributes.inputBuffer(1, 1);

  private Pages() {}

  /** The pages of a list, of which one is fetched ahead of demand. */
  public static <P> Source<P, NotUsed> of(Supplier<? extends Publisher<P>> paginator) {
    return Source.lazySource(
            () -> Source.fromPublisher(paginator.get()).addAttributes(ONE).via(one()))
        .mapMaterializedValue(opened -> NotUsed.getInstance())
        .mapError(Throwable.class, Failures::unwrap);
  }

  /** The buffer before the stream is that of the first stage of it. */
  private static <P> Flow<P, P, NotUsed> one() {
    return Flow.<P>create().map(page -> page).withAttributes(ONE);
  }

  /** Of all versions and markers on one page. */
  public static List<ObjectIdentifier> identifiers(ListObjectVersionsResponse page) {
    List<ObjectIdentifier> all =
        new ArrayList<>(page.versions().size() + page.deleteMarkers().size());
    page.versions().forEach(version -> all.add(identifier(version.key(), version.versionId())));
    page.deleteMarkers().forEach(marker -> all.add(identifier(marker.key(), marker.versionId())));
    return all;
  }

  private static ObjectIdentifier identifier(String key, String versionId) {
    return ObjectIdentifier.builder().key(key).versionId(versionId).build();
  }

  /** One response. */
  public static <R> Source<R, NotUsed> single(Supplier<CompletableFuture<R>> request) {
    return Source.lazyCompletionStage(() -> unwrapped(request.get()))
        .mapMaterializedValue(opened -> NotUsed.getInstance());
  }

  /** Fails with the client's own exception, not wrapped. */
  static <R> CompletionStage<R> unwrapped(CompletionStage<R> request) {
    CompletableFuture<R> result = new CompletableFuture<>();
    var unused =
        request.whenComplete(
            (@Nullable R response, @Nullable Throwable failure) -> {
              if (failure != null) {
                result.completeExceptionally(Failures.unwrap(failure));
              } else {
                result.complete(response);
              }
            });
    return result;
  }
}
